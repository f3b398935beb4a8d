namespace Assist.Outputs.Eapi;

/// <summary>How the switch's command API is reached: the unix socket, or https with a user.</summary>
public sealed record EapiOptions
{
    /// <summary>Where EOS puts it, since 4.14.5.</summary>
    public const string DefaultSocket = "/var/run/command-api.sock";

    /// <summary>Path of the unix socket; null when <see cref="Https"/> is used.</summary>
    public string? Socket { get; init; } = DefaultSocket;
    public Uri? Https { get; init; }
    public string? User { get; init; }

    /// <summary>File whose first line is the password; read at each connection, so that it can be changed in
    /// place.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Set only by `monitor` and `delete` with a switch on the command line; never from the
    /// configuration.</summary>
    public string? Password { get; init; }

    /// <summary>PEM file of the authority that signed the switch's certificate; null takes the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>How long `run` waits for the switch at start, as at boot, before it gives up; zero gives up at
    /// once.</summary>
    public TimeSpan WaitAtStart { get; init; }

    /// <summary>True for a dry run: the switch is read, and nothing is written to it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
