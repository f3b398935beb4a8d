using System.Reflection;
using Assist.Daemon;
using Assist.Flows;
using Microsoft.Extensions.Logging;

namespace Assist.Tests.Logging;

/// <summary>An operator may filter the log by event id: each means one thing.</summary>
public sealed class EventIdTests
{
    private const BindingFlags Declared = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // First and last id of each folder of the core, and of the executable.
    private static readonly (string Namespace, int First, int Last)[] s_ranges =
    [
        ("Assist.Inputs", 100, 199),
        ("Assist.Pipeline", 200, 249),
        ("Assist.Rules", 200, 249),
        ("Assist.Telemetry", 250, 349),
        ("Assist.Enforcement", 250, 349),
        ("Assist.Outputs", 350, 449),
    ];

    [Fact]
    public void Every_event_has_an_id_of_its_own()
    {
        var events = Events().ToList();

        Assert.NotEmpty(events);
        Assert.Empty(events.GroupBy(found => found.Id).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(found => found.Name))}"));
    }

    [Fact]
    public void Every_event_has_an_id_of_its_folders_range() =>
        Assert.Empty(Events().Where(found => !IsInRange(found)).Select(found => $"{found.Id}: {found.Name}"));

    private static bool IsInRange((int Id, string Name, bool IsCore) found)
    {
        if (!found.IsCore) return found.Id is >= 600 and < 900;
        var (_, first, last) = s_ranges.Single(
            range => found.Name.StartsWith(range.Namespace + ".", StringComparison.Ordinal));
        return found.Id >= first && found.Id <= last;
    }

    private static IEnumerable<(int Id, string Name, bool IsCore)> Events() =>
        from assembly in new[] { typeof(FlowTable).Assembly, typeof(AssistDaemon).Assembly }
        from type in assembly.GetTypes()
        from method in type.GetMethods(Declared)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        select (message.EventId, $"{type.FullName}.{method.Name}", assembly == typeof(FlowTable).Assembly);
}
