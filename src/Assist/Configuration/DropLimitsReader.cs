using Assist.Flows;

namespace Assist.Configuration;

/// <summary>flows.per_source and its like: how much of the table drops may take.</summary>
internal static class DropLimitsReader
{
    private const int Most = 1_000_000;

    public static DropLimits Read(Section flows)
    {
        var defaults = new DropLimits();
        return new DropLimits
        {
            PerSource = flows.Integer("per_source", defaults.PerSource, 0, Most),
            PortsPerPair = flows.Integer("ports_per_pair", defaults.PortsPerPair, 0, Most),
            DenialShare = flows.Integer("denial_share", defaults.DenialShare, 1, 100),
            BypassFloor = flows.Integer("bypass_floor", 0, Most),
            ReplacesIdle = flows.Flag("replace_idle_drops", defaults.ReplacesIdle),
            AsksForRepeat = flows.Flag("repeat_when_short", defaults.AsksForRepeat),
            PerMinute = flows.Integer("drops_per_minute", defaults.PerMinute, 0, Most),
            PerRule = flows.Integer("drops_per_rule", defaults.PerRule, 0, Most),
            PerSender = flows.Integer("drops_per_sender", defaults.PerSender, 0, Most),
            OneAddress = flows.Integer("one_address_drops", defaults.OneAddress, 0, Most),
        };
    }
}
