namespace Assist.Configuration;

/// <summary>Where the configuration file is.</summary>
public static class ConfigurationFile
{
    public const string Variable = "ASSIST_CONFIG";
    public const string Default = "/etc/assist/assist.yaml";

    /// <summary>Survives a reload of EOS, unlike /etc.</summary>
    public const string OnEos = "/persist/sys/extensions/assist/assist.yaml";
    private const string StateOnEos = "/persist/sys/extensions/assist/state";
    private const string DefaultState = "/var/lib/assist";
    private const string EosMark = "/persist/sys";

    /// <summary>Where the files are that outlive the daemon; on EOS they outlive a reload too.</summary>
    public static string StateDirectory { get; } = StateDirectoryOn(Directory.Exists(EosMark));

    public static string StateDirectoryOn(bool isEos) => isEos ? StateOnEos : DefaultState;

    public static string Find(string? option) =>
        Find(option, Environment.GetEnvironmentVariable(Variable), Directory.Exists(EosMark));

    /// <param name="option">What --config says.</param>
    /// <param name="variable">What $ASSIST_CONFIG says.</param>
    public static string Find(string? option, string? variable, bool isEos)
    {
        if (!string.IsNullOrEmpty(option)) return option;
        if (!string.IsNullOrEmpty(variable)) return variable;
        return isEos ? OnEos : Default;
    }
}
