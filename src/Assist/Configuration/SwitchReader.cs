using Assist.Outputs.Eapi;

namespace Assist.Configuration;

/// <summary>switch: how its command API is reached, and what of it holds the flows.</summary>
internal sealed class SwitchReader(FilePaths paths, Diagnostics faults)
{
    private const string Forms =
        "write \"unix:/var/run/command-api.sock\", or \"https://host\" with user and password_file";

    public EnforcementOptions Read(Section section, Section policy)
    {
        var output = section.Choice("output", SwitchOutput.DirectFlow, ("directflow", SwitchOutput.DirectFlow),
            ("traffic-policy", SwitchOutput.TrafficPolicy), ("auto", SwitchOutput.Auto));
        return new EnforcementOptions
        {
            Eapi = Eapi(section),
            Output = output,
            Policy = new TrafficPolicyReader(faults).Read(policy, output),
        };
    }

    private EapiOptions Eapi(Section section)
    {
        var faultsBefore = faults.Count;
        var (socket, https) = Address(section);
        var read = new EapiOptions
        {
            Socket = socket,
            Https = https,
            User = section.Text("user"),
            PasswordFile = paths.Existing(section, "password_file"),
            Ca = paths.Existing(section, "ca"),
            WaitAtStart = section.Duration("wait", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(1)),
            Timeout = section.Duration(
                "timeout", new EapiOptions().Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        };
        section.Done();
        // What goes with an address that cannot be read is not known.
        if (https is null && faults.Count > faultsBefore) return read;
        foreach (var key in (string[])["user", "password_file", "ca"])
        {
            var entry = section.Find(key);
            if (https is not null && entry is null && key != "ca")
                faults.Missing(section.PathOf(key), section.At, $"switch.eapi over https needs {section.PathOf(key)}");
            if (https is null && entry is not null)
                faults.Warn(entry.At, $"{section.PathOf(key)} has no effect with a unix socket");
        }
        return read;
    }

    private (string? Socket, Uri? Https) Address(Section section)
    {
        if (section.Scalar("eapi") is not { } value) return (EapiOptions.DefaultSocket, null);
        var text = value.Text;
        if (text.StartsWith("unix:/", StringComparison.Ordinal)) return (text["unix:".Length..], null);
        if (Https(text) is { } uri) return (null, uri);
        faults.Error(value.At, text.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
            ? $"switch.eapi: plain http would send the password in the clear; {Forms}"
            : $"switch.eapi: \"{Shown(text)}\" is no address; {Forms}");
        return (EapiOptions.DefaultSocket, null);
    }

    // What stands before an @ may be a password.
    private static string Shown(string text) => text.Contains('@', StringComparison.Ordinal) ? "..." : text;

    /// <summary>Host and port only: a user or password in an address would end up in logs.</summary>
    private static Uri? Https(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps
        && uri.Host.Length > 0
        && uri.UserInfo.Length == 0
        && uri.PathAndQuery == "/"
        && uri.Fragment.Length == 0
        && uri.Port is > 0 and <= 65_535
            ? uri
            : null;
}
