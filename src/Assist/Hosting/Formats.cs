using Assist.Messages;

namespace Assist.Hosting;

/// <summary>The message formats this build knows, by their name in the configuration.</summary>
internal static class Formats
{
    public static IMessageFormat? Find(string name) => name switch
    {
        "pan-os" => new PanOsFormat(),
        _ => null,
    };
}
