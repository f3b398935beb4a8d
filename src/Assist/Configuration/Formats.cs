using Assist.Configuration;
using Assist.Messages;

namespace Assist.Hosting;

/// <summary>The message formats this build knows, by their name in the configuration.</summary>
internal static class Formats
{
    /// <summary>Null where there is none of that name; <c>custom</c> is made of the configuration's field map.</summary>
    public static IMessageFormat? Find(string name) => name switch
    {
        "pan-os" => new PanOsFormat(),
        "pan-cloud" => new PanCloudFormat(),
        "cef" => new PanOsCefFormat(),
        "leef" => new PanOsLeefFormat(),
        "fortigate" => new FortiGateFormat(),
        "check-point" => new CheckPointFormat(),
        "varmour" => new VArmourFormat(),
        "cyphort" => new CyphortFormat(),
        "auto" => new AutoFormat(),
        _ => null,
    };

    public static IMessageFormat Of(AssistConfig config)
    {
        if (config.Fields is { } fields) return new CustomFormat(fields);
        return Find(config.Format) ?? throw new DaemonException($"no such format: {config.Format}");
    }
}
