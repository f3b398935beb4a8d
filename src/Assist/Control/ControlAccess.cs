using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Assist.Control;

internal enum ControlRight { None, Look, Act }

/// <summary>Who may ask the daemon, and who may change something: its own user and root may do everything, members of
/// one group may look, and nobody else is answered. The kernel says who asks.</summary>
internal sealed partial class ControlAccess
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Whoever may write to a unix socket may connect to it (unix(7)); who may ask is decided by who connects.
    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const int MostCharacters = 32;

    private static readonly string[] s_questions =
    [
        "status", "refused", "flows", "flow", "top", "why", "trials", "allow_list", "confirm", "audit",
        ControlRequest.ReloadPlan,
    ];

    private readonly uint _owner = EffectiveUser();
    private readonly uint? _readers;
    private readonly string _group;

    private ControlAccess(string group, uint? readers) => (_group, _readers) = (group, readers);

    /// <summary>Nobody but the daemon's user and root.</summary>
    public static ControlAccess OwnerAlone { get; } = new("", null);

    /// <summary>What the mode of the socket has to be.</summary>
    public UnixFileMode SocketMode => _readers is null ? OwnerOnly : Everybody;

    /// <param name="group">A name of /etc/group or a number; null gives nobody a right.</param>
    /// <exception cref="DaemonException">There is no such group.</exception>
    public static ControlAccess For(string? group) => group is null ? OwnerAlone
        : GroupOf(group) is { } id ? new ControlAccess(group, id)
        : throw new DaemonException($"control.read_group: there is no group {group} in /etc/group");

    /// <exception cref="SocketException">The caller has gone.</exception>
    public ControlRight RightOf(Socket caller)
    {
        var peer = PeerCredentials.Of(caller);
        if (peer.UserId == 0 || peer.UserId == _owner) return ControlRight.Act;
        return _readers is { } group && peer.IsIn(group, caller) ? ControlRight.Look : ControlRight.None;
    }

    /// <summary>Why a request is refused; null where it is not.</summary>
    public string? Refusal(ControlRequest request, ControlRight right) => right switch
    {
        ControlRight.Act => null,
        ControlRight.Look when IsQuestion(request) => null,
        ControlRight.Look => $"{request.Caller} may look, as a member of the group {_group}, and not "
            + $"{Short(request.Command)}; run as the daemon's user or root",
        _ => $"{request.Caller} may not ask; run as the daemon's user or root"
            + (_readers is null ? "" : $", or as a member of the group {_group}"),
    };

    // Whoever speaks to the socket without our commands may send more.
    private static string Short(string command) =>
        command.Length > MostCharacters ? command[..MostCharacters] : command;

    private static bool IsQuestion(ControlRequest request) => s_questions.Contains(request.Command)
        || request is { Command: "delete" or "undo", DryRun: true }
        || request is { Command: ControlRequest.LogLevel, Level: null };

    // NAME:PASSWORD:GID:MEMBERS, group(5).
    private static uint? GroupOf(string group)
    {
        if (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        try
        {
            foreach (var line in File.ReadLines("/etc/group"))
                if (line.Split(':') is [var name, _, var id, ..] && name == group
                    && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var found)) return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As if it had no groups.
        }
        return null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
