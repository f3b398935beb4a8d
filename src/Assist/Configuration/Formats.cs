using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Auto;
using Assist.Inputs.Formats.CheckPoint;
using Assist.Inputs.Formats.Cyphort;
using Assist.Inputs.Formats.FortiGate;
using Assist.Inputs.Formats.Keyed;
using Assist.Inputs.Formats.PanOs;
using Assist.Inputs.Formats.VArmour;

namespace Assist.Configuration;

/// <summary>The message formats this build knows, by their name in the configuration.</summary>
internal static class Formats
{
    /// <summary>Null where there is none of that name; <c>custom</c> is made of the configuration's field
    /// map.</summary>
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
        if (config.Logs.Fields is { } fields) return new CustomFormat(fields);
        return Find(config.Logs.Format) ?? throw new DaemonException($"no such format: {config.Logs.Format}");
    }
}
