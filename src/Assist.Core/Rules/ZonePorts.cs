using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;
using Assist.Outputs.DirectFlow;

namespace Assist.Rules;

/// <summary>Maps the firewall's interface names in a log to the zones of the switch.</summary>
internal sealed class ZonePorts(Topology topology)
{
    private readonly byte[] _a = Encoding.ASCII.GetBytes(topology.A.FirewallPort);
    private readonly byte[] _b = Encoding.ASCII.GetBytes(topology.B.FirewallPort);

    /// <summary>The way of the session's first packet; <see cref="Placement.Either"/> where the log names no interfaces;
    /// <see cref="Placement.Anywhere"/> where it enters and leaves on one side; null where one is not mapped, or lacks.</summary>
    /// <param name="mustBeNamed">Null too where logs of that kind have interface fields and both are empty.</param>
    public Placement? PlacementOf(SessionLog log, bool mustBeNamed)
    {
        var into = WithoutSubinterface(log.Field(FieldRole.InInterface));
        var outOf = WithoutSubinterface(log.Field(FieldRole.OutInterface));
        if (into.IsEmpty && outOf.IsEmpty && !(mustBeNamed && HasInterfaceFields(log))) return Placement.Either;
        if (SideOf(into) is not { } from || SideOf(outOf) is not { } to) return null;
        if (from == to) return Placement.Anywhere;
        return from;
    }

    private static bool HasInterfaceFields(SessionLog log) =>
        log.Layout is { } layout && (layout.IndexOf(FieldRole.InInterface) >= 0 || layout.IndexOf(FieldRole.OutInterface) >= 0);

    private Placement? SideOf(ReadOnlySpan<byte> port)
    {
        if (port.IsEmpty) return null;
        if (Ascii.EqualsIgnoreCase(port, _a)) return Placement.AToB;
        return Ascii.EqualsIgnoreCase(port, _b) ? Placement.BToA : null;
    }

    private static ReadOnlySpan<byte> WithoutSubinterface(ReadOnlySpan<byte> port)
    {
        var dot = port.LastIndexOf((byte)'.');
        return dot < 0 ? port : port[..dot];
    }
}
