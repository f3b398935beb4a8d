using System.Text;
using System.Text.Json.Nodes;
using Assist.Commands;

namespace Assist.Tests.Conformance;

/// <summary>What the original decided is decided again with the configuration that `assist import` makes of its own:
/// docs/conformance.md.</summary>
public sealed class DecisionTests
{
    [SharedTheory(SharedData.Decisions)]
    [InlineData("pan", 363)]
    [InlineData("fnet", 81)]
    [InlineData("chkp", 68)]
    [InlineData("varmour", 58)]
    [InlineData("cyphort", 30)]
    public void An_imported_configuration_makes_the_flows_of_the_original(string vendor, int recorded)
    {
        var compared = 0;
        var wrong = new List<string>();
        foreach (var site in Vector.BySite(vendor))
        {
            var explainer = new Explainer(OriginalConfig.Import(vendor, site.First().Settings), TimeProvider.System);
            foreach (var vector in site)
            {
                compared++;
                if (Difference(vector, explainer) is { } difference) wrong.Add(difference);
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(recorded, compared);
    }

    private static string? Difference(Vector vector, Explainer explainer)
    {
        var message = vector.At(TimeProvider.System.GetLocalNow());
        var told = JsonNode.Parse(ExplanationJson.Of(explainer.Explain(1, Encoding.UTF8.GetBytes(message))))!;
        var flows = Flow.All(told["flows"]!);
        return flows.SequenceEqual(vector.Flows)
            ? null
            : $"{vector.Id}: {told["outcome"]}, {told["reason"]}\n{message}"
                + $"\n  ours {Show(flows)}\n  original {Show(vector.Flows)}";
    }

    private static string Show(IReadOnlyList<string> flows) => string.Concat(flows.Select(flow => $"\n    {flow}"));
}
