using Assist.Configuration;
using Assist.Control;
using Assist.Telemetry;

namespace Assist.Daemon;

/// <summary>A request as its order would be typed, for the log and the audit.</summary>
internal static class OrderText
{
    // Words of the control socket that are no commands of their own.
    private const string AllowEnd = "allow_end";

    // Whoever speaks to the socket without our commands may send more.
    private const int MostCharacters = 200;

    /// <summary>Null for what only asks.</summary>
    public static OperatorOrder? Of(ControlRequest request) => IsOrder(request)
        ? new OperatorOrder(Command(request), request.Caller.User, request.Caller.Login, Short(request.Reason)) : null;

    private static bool IsOrder(ControlRequest request) => request.Command
        is "pause" or "resume" or "panic" or "reload" or "stop" or CanaryOrder.Command or "allow" or AllowEnd
        || (request is { Command: "delete" or "undo", DryRun: false })
        || request is { Command: ControlRequest.LogLevel, Level: not null };

    private static string Command(ControlRequest request)
    {
        var words = new List<string>
        {
            request.Command switch
            {
                AllowEnd => "allow",
                CanaryOrder.Command => "doctor",
                ControlRequest.LogLevel => "log-level",
                var other => other,
            },
        };
        if (Short(request.Level) is { } level) words.Add(level);
        var filter = request.Filter ?? new FlowFilter();
        if (words[0] == "allow" && Short(filter.Address) is { } address) words.Add(address);
        else Add(words, "--address", filter.Address);
        Add(words, "--name", filter.Name);
        Add(words, "--rule", filter.Rule);
        Add(words, "--action", filter.Action);
        if (request.Seconds is { } seconds)
            Add(words, request.Command == "undo" ? "--since" : "--for", Units.Write(TimeSpan.FromSeconds(seconds)));
        if (request.Command == AllowEnd) words.Add("--end");
        return string.Join(' ', words);
    }

    private static void Add(List<string> words, string option, string? value)
    {
        if (value is null) return;
        words.Add(option);
        words.Add(Short(value)!);
    }

    private static string? Short(string? text) => text?.Length > MostCharacters ? text[..MostCharacters] : text;
}
