using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Assist.Configuration;
using Assist.Flows;
using Assist.Inputs.Syslog;

namespace Assist.Commands;

/// <summary>What `doctor` looks at on this machine: clock, disk, and the ports that a daemon will need.</summary>
internal static partial class MachineDoctor
{
    private const long Scarce = 100 << 20;
    private const long None = 10 << 20;

    // adjtimex(2): TIME_ERROR, and room for a struct timex of any architecture.
    private const int Unsynchronised = 5;
    private const int TimexBytes = 256;

    public static IEnumerable<Diagnosis> Look(AssistConfig config) => [Clock(config), .. Disk(config)];

    /// <summary>The ports that listeners will take; only where no daemon has them.</summary>
    public static IEnumerable<Diagnosis> Ports(AssistConfig config) => config.Listeners.Select(Port);

    private static Diagnosis Clock(AssistConfig config)
    {
        const string Check = "clock";
        var zone = config.Logs.FollowsSystemZone
            ? $"{TimeZoneInfo.Local.Id}, in which times of logs are read" : TimeZoneInfo.Local.Id;
        var says = $"it says {WallClock.Text(TimeProvider.System.GetUtcNow())} ({zone})";
        return AdjustTime(new byte[TimexBytes]) == Unsynchronised
            ? Diagnosis.Warn(Check, $"{says}, and no time server keeps it right: a log is refused whose time is more "
                + "than firewall.max_message_age away; set up NTP on this machine and on the firewall")
            : Diagnosis.Ok(Check, $"{says}, and is kept right by a time server");
    }

    private static IEnumerable<Diagnosis> Disk(AssistConfig config)
    {
        (string Key, string? Directory)[] places =
        [
            ("control.state_directory", config.Control.StateDirectory),
            ("log.file", Path.GetDirectoryName(config.Log.File)),
            ("audit.file", Path.GetDirectoryName(config.Log.Audit.File)),
            ("events.file.path", Path.GetDirectoryName(config.Outward.Events?.File?.Path)),
        ];
        return places.Where(place => place.Directory is not null).Select(place => Disk(place.Key, place.Directory!));
    }

    private static Diagnosis Disk(string key, string directory)
    {
        const string Check = "disk";
        var there = directory;
        while (!Directory.Exists(there)) there = Path.GetDirectoryName(there) ?? "/";
        try
        {
            var free = new DriveInfo(there).AvailableFreeSpace;
            var text = $"{key}: {directory} has {free >> 20} MiB free";
            return free < None ? Diagnosis.Fail(Check, $"{text}; make room, or what must outlive a restart is lost")
                : free < Scarce ? Diagnosis.Warn(Check, $"{text}; make room")
                : Diagnosis.Ok(Check, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Diagnosis.Warn(Check, $"{key}: {directory}: {IoFault.Text(e)}");
        }
    }

    private static Diagnosis Port(ListenerOptions listener)
    {
        const string Check = "port";
        var name = $"{(listener.Transport == Transport.Udp ? "udp" : "tcp")} {listener.Port}";
        try
        {
            using var socket = listener.Transport == Transport.Udp
                ? new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp)
                : new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.DualMode = true;
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, listener.Port));
            return Diagnosis.Ok(Check, $"{name} is free for the daemon");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Diagnosis.Fail(Check, $"{name} is taken by another program, which `ss -lntup` names; stop that, or "
                + "choose another port in listeners");
        }
        catch (SocketException e)
        {
            return Diagnosis.Warn(Check, $"{name} could not be tried: {e.Message}");
        }
    }

    // Asks only, which every user may; -1 where this kernel does not say.
    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjustTime(byte[] buffer);
}
