using System.Text;
using Assist.Flows;
using Assist.Inputs.Formats;

namespace Assist.Rules;

/// <summary>Maps the firewall's interface names in a log to the zones of the switch.</summary>
internal sealed class ZonePorts(FirewallPorts ports, InterfaceUse use)
{
    private readonly byte[] _a = Encoding.ASCII.GetBytes(ports.A);
    private readonly byte[] _b = Encoding.ASCII.GetBytes(ports.B);

    /// <summary>The way of the session's first packet, which counts where the interfaces are mapped;
    /// <see cref="Placement.Either"/> where the log names none.</summary>
    public (Placement Placement, InterfaceMapping Interfaces) Of(SessionLog log)
    {
        if (use == InterfaceUse.Ignored) return (Placement.Either, InterfaceMapping.Mapped);
        var into = WithoutSubinterface(log.Field(FieldRole.InInterface));
        var outOf = WithoutSubinterface(log.Field(FieldRole.OutInterface));
        if (into.IsEmpty && outOf.IsEmpty && !(use == InterfaceUse.Required && HasInterfaceFields(log)))
            return (Placement.Either, InterfaceMapping.Mapped);
        if (SideOf(into) is not { } from || SideOf(outOf) is not { } to)
            return (Placement.Either, InterfaceMapping.Unmapped);
        return (from, from == to ? InterfaceMapping.SameZone : InterfaceMapping.Mapped);
    }

    private static bool HasInterfaceFields(SessionLog log) => log.Layout is { } layout
        && (layout.IndexOf(FieldRole.InInterface) >= 0 || layout.IndexOf(FieldRole.OutInterface) >= 0);

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
