using Assist.Flows;
using Assist.Tests.Processes;

namespace Assist.Faults;

/// <summary>One log and what it must become: <see cref="Outcome"/> where only one is right, null for a verdict, whose
/// outcome depends on the state of the table.</summary>
internal sealed record Message(string Text, string? Outcome);

/// <summary>A flow that logs have asked for.</summary>
internal sealed class Asked(Session session, bool isDrop, bool isLong)
{
    public Session Session => session;

    public bool IsDrop => isDrop;

    /// <summary>Asked for with a lifetime beyond the run.</summary>
    public bool IsLong => isLong;

    public string Name => isDrop ? session.DropName : session.BypassName;

    /// <summary>A drop of the same session was sent after it.</summary>
    public bool IsRetracted { get; set; }
}

/// <summary>The firewall's logs, and what they ask for. The same seed makes the same logs.</summary>
internal sealed class Traffic(Random random, double longShare)
{
    /// <summary>Seconds after which an entry ends unless its log asked for longer: `flows` of the bench.</summary>
    public const int ShortLifetime = 12;

    /// <summary>Beyond the run; logs of this rule of the firewall ask for it.</summary>
    public const int LongLifetime = 7200;
    private const string LongRule = "kept";

    // Logs over UDP and TCP overtake one another, but not by so many.
    private const int Overtaking = 80;

    private static readonly string[] s_hostile =
    [
        "x no shutdown", "x\nno shutdown\nend\nconfigure\nno flow STATIC_X", "\"; no shutdown", "';end;'",
        "$(reboot)`reboot`", "%n{0}{Flow}",
        "\u001b[2J", "x\tno directflow", "a\u202eb", "<script>",
    ];

    private readonly List<Asked> _asked = [];
    private int _sessions;

    public IReadOnlyList<Asked> All => _asked;

    /// <summary>A verdict, and once in a while before it a log that is none.</summary>
    public IEnumerable<Message> Next()
    {
        if (random.Next(12) == 0) yield return NoVerdict();
        var choice = random.Next(100);
        if (choice < 15 && Any(_ => true, 0) is { } again) yield return Repeat(again);
        else if (choice < 22 && Any(asked => asked is { IsDrop: false, IsRetracted: false }, Overtaking) is { } bypass)
            yield return Retract(bypass);
        else if (choice < 25 && Any(asked => asked is { IsDrop: false, IsRetracted: false }, Overtaking) is { } over)
            yield return End(over);
        else if (choice < 30) yield return Hostile();
        else yield return Ask(isDrop: choice < 70, IsLong());
    }

    /// <summary>A verdict on a session that no log was about.</summary>
    public Message Ask(bool isDrop, bool isLong)
    {
        var asked = new Asked(Session.Of(++_sessions), isDrop, isLong);
        _asked.Add(asked);
        return new Message(Log(asked).ToString(), null);
    }

    /// <summary>The firewall denies what it has allowed.</summary>
    public Message Retract(Asked bypass)
    {
        bypass.IsRetracted = true;
        var drop = new Asked(bypass.Session, isDrop: true, bypass.IsLong);
        _asked.Add(drop);
        return new Message(Log(drop).ToString(), null);
    }

    /// <summary>The session is over.</summary>
    public static Message End(Asked bypass)
    {
        bypass.IsRetracted = true;
        var log = Log(bypass);
        log["Threat/Content Type"] = "end";
        return new Message(log.ToString(), null);
    }

    private bool IsLong() => random.NextDouble() < longShare;

    private Asked? Any(Func<Asked, bool> isFit, int butLast)
    {
        for (var i = 0; i < 20 && _asked.Count > butLast; i++)
            if (_asked[random.Next(_asked.Count - butLast)] is var asked && isFit(asked)) return asked;
        return null;
    }

    // What has been denied since is not allowed again: which of both comes last on the switch would be a matter of
    // luck.
    private Message Repeat(Asked asked) =>
        asked.IsRetracted ? Ask(asked.IsDrop, asked.IsLong) : new Message(Log(asked).ToString(), null);

    private Message Hostile()
    {
        var asked = new Asked(Session.Of(++_sessions), isDrop: true, isLong: false);
        _asked.Add(asked);
        var log = Log(asked);
        var text = s_hostile[random.Next(s_hostile.Length)];
        foreach (var column in (string[])["Rule", "Source User", "Application", "device_name"])
            log[column] = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return new Message(log.ToString(), null);
    }

    private static LogLine Log(Asked asked)
    {
        var (source, destination) = ($"{asked.Session.Source}", $"{asked.Session.Destination}");
        var log = asked.IsDrop
            ? LogLine.Deny(source, destination, Session.DestinationPort)
            : LogLine.Allow(source, destination, Session.DestinationPort);
        if (asked.IsLong) log["Rule"] = LongRule;
        return log;
    }

    private Message NoVerdict()
    {
        var host = $"10.254.0.{random.Next(1, 250)}";
        switch (random.Next(5))
        {
            case 0: return new Message("<14>this is no log", "malformed");
            case 1:
                return new Message(
                LogLine.Deny(host, "203.0.113.20", 443, LogLine.Now(TimeSpan.FromHours(-1))).ToString(), "stale");
            case 2: return new Message(LogLine.Deny("10.255.0.1", "203.0.113.20", 443).ToString(), "protected");
            case 3:
                var end = LogLine.Allow(host, "203.0.113.20", 443);
                end["Threat/Content Type"] = "end";
                return new Message(end.ToString(), "no_rule");
            default:
                var query = LogLine.Threat(host, "203.0.113.20", 443);
                query["Threat/Content Name"] = "DNS Query";
                return new Message(query.ToString(), "ignored");
        }
    }
}
