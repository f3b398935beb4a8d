using Assist.Outputs;

namespace Assist.Flows;

/// <summary>What the table wants the switch to do next: one set is in flight at a time.</summary>
public sealed record ChangeSet(IReadOnlyList<PlannedChange> Changes);

/// <summary>One change and the flow it is for; without a flow it only removes.</summary>
public sealed record PlannedChange(FlowChange Change, FlowRecord? Record);
