using Assist.Outputs;
using Assist.Outputs.FlowSpec;

namespace Assist.Gobgp;

/// <summary>Takes back every rule that carries our community, whoever of us has announced it, and no other.</summary>
public static class Withdrawal
{
    /// <summary>How many rules of ours the engine still has when it is done; 0 if all went well.</summary>
    /// <exception cref="TargetException">The engine does not answer, or some rules may be left.</exception>
    public static async Task<int> OfAllAsync(GobgpEngine engine, Community mark, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var ours = await OursAsync(engine, mark, cancellation);
        if (ours.Count == 0) return 0;
        await engine.SendAsync(
            [.. ours.Select(route => GobgpEngine.PathOf(route.Nlri.Span, route.IsV6, [mark], withdraws: true))],
            cancellation);
        return (await OursAsync(engine, mark, cancellation)).Count;
    }

    private static async Task<List<EngineRoute>> OursAsync(
        GobgpEngine engine, Community mark, CancellationToken cancellation) =>
        [
            .. (await engine.ListAsync(cancellation))
                .Where(route => FlowSpecAttributes.Has(route.Attributes, mark)),
        ];
}
