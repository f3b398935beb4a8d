using Assist.Configuration;
using Assist.Inputs.Formats;
using Assist.Outputs.DirectFlow;

namespace Assist.Tests.Configuration;

/// <summary>A format that has names and nothing else: enough for what the loader asks of one.</summary>
internal sealed class NamesOnly : IMessageFormat
{
    private static readonly Dictionary<FieldRole, int> s_roles = [];
    private static readonly string[] s_common =
    [
        "Domain", "Receive Time", "Serial #", "Type", "Threat/Content Type", "Config Version", "Generate Time",
        "Source address", "Destination address", "NAT Source IP", "NAT Destination IP", "Rule", "Source User",
        "Destination User", "Application", "Virtual System", "Source Zone", "Destination Zone", "Inbound Interface",
        "Outbound Interface", "Log Action", "Time Logged", "Session ID", "Repeat Count", "Source Port",
        "Destination Port", "NAT Source Port", "NAT Destination Port", "Flags", "IP Protocol", "Action",
    ];

    public string Name => "pan-os";

    public IReadOnlyList<FieldLayout> Layouts { get; } =
    [
        new("TRAFFIC", 0, [.. s_common, "Bytes"], s_roles),
        new("THREAT", 1, [.. s_common, "URL", "Threat/Content Name", "Category", "Severity"], s_roles),
    ];

    public ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log) => ParseStatus.Malformed;
}

/// <summary>Short ways to load text in tests.</summary>
internal static class Loading
{
    /// <summary>Everything that mode shunt needs, in six lines.</summary>
    public const string Minimal = """
        mode: shunt
        firewall: {senders: [192.0.2.10]}
        zones:
          a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
          b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}

        """;

    public static ConfigurationResult Parse(string text, params string[] sets) =>
        ConfigurationLoader.Parse(text, "assist.yaml", sets, Format);

    /// <summary>The minimal file and more below it, from line 6 on.</summary>
    public static ConfigurationResult With(string more, params string[] sets) => Parse(Minimal + more, sets);

    public static AssistConfig Config(string more, params string[] sets)
    {
        var result = With(more, sets);
        Assert.Empty(result.Errors);
        return result.Config!;
    }

    public static string[] Errors(ConfigurationResult result) => [.. result.Errors.Select(e => e.ToString())];

    public static void Fails(ConfigurationResult result, params string[] errors)
    {
        Assert.Equal(errors, Errors(result));
        Assert.Null(result.Config);
    }

    public static IMessageFormat? Format(string name) => name == "pan-os" ? new NamesOnly() : null;
}
