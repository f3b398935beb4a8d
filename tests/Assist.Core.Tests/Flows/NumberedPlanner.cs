using Assist.Flows;

namespace Assist.Tests.Flows;

/// <summary>A target that nobody sells: keys are numbers from 1000 on, a flow is one entry that takes three places, and
/// nothing is counted.</summary>
internal sealed class NumberedPlanner : IFlowPlanner
{
    public const int Cost = 3;
    private const int First = 1000;

    private readonly List<FlowIdentity> _known = [];

    public sealed record Numbered(string Number, FlowIdentity Flow) : TargetEntry
    {
        public override string Key => Number;
        public override int Cost => NumberedPlanner.Cost;
    }

    public TargetCapabilities Capabilities { get; } = new() { Name = "numbers" };

    public int CostOf(in FlowIdentity flow) => Cost;

    public IReadOnlyList<TargetEntry> Plan(in Verdict verdict) =>
        [new Numbered(NameOf(verdict.Flow), verdict.Flow) { Timeouts = verdict.Timeouts }];

    public string NameOf(in FlowIdentity flow)
    {
        if (!_known.Contains(flow)) _known.Add(flow);
        return $"{First + _known.IndexOf(flow)}";
    }

    public string NameOf(IReadOnlyList<TargetEntry> entries) => entries[0].Key;

    public bool IsOurs(InstalledEntry entry) => int.TryParse(entry.Key, out var number) && number >= First;

    public IEnumerable<RecognisedFlow> Recognise(IReadOnlyCollection<InstalledEntry> installed) =>
        from shown in installed
        where shown.Entry is Numbered
        let flow = ((Numbered)shown.Entry).Flow
        select new RecognisedFlow(
            new Verdict(flow, shown.Entry.Timeouts, default, "found"), [shown.Entry], [shown.Key]);

    public bool IsWhole(TargetEntry planned, InstalledEntry shown) => planned == shown.Entry;

    public bool IsFragment(TargetEntry planned, InstalledEntry shown) => shown.Entry is not Numbered;
}
