using Assist.Flows;

namespace Assist.Outputs.Recording;

/// <summary>Plans as the target that is stood for, whose counters a recorded flow does not have.</summary>
/// <param name="isAlone">There is no real target below, on which others write.</param>
internal sealed class RecordingPlanner(IFlowPlanner planner, bool isAlone) : IFlowPlanner
{
    public TargetCapabilities Capabilities { get; } = planner.Capabilities with
    {
        Name = $"{planner.Capabilities.Name} (recorded)",
        HardTimer = TimerOwner.Device,
        IdleTimer = TimerOwner.Nobody,
        Counters = FlowCounters.None,
        Atomicity = Atomicity.Set,
        IsDoneWhenAccepted = isAlone,
    };

    public int CostOf(in FlowIdentity flow) => planner.CostOf(flow);

    public IReadOnlyList<TargetEntry> Plan(in Verdict verdict) => planner.Plan(verdict);

    public string NameOf(in FlowIdentity flow) => planner.NameOf(flow);

    public string NameOf(IReadOnlyList<TargetEntry> entries) => planner.NameOf(entries);

    public bool IsOurs(InstalledEntry entry) => planner.IsOurs(entry);

    public IEnumerable<RecognisedFlow> Recognise(IReadOnlyCollection<InstalledEntry> installed) =>
        planner.Recognise(installed);

    public bool IsWhole(TargetEntry planned, InstalledEntry shown) => planner.IsWhole(planned, shown);

    public bool IsFragment(TargetEntry planned, InstalledEntry shown) => planner.IsFragment(planned, shown);
}
