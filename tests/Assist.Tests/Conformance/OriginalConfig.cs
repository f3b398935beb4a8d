using System.Text.Json;
using System.Text.Json.Nodes;
using Assist.Configuration;
using Assist.Import;
using Assist.Tests.Import;

namespace Assist.Tests.Conformance;

/// <summary>The original's whole config.py with settings over it, and ours made of it.</summary>
internal static class OriginalConfig
{
    /// <summary>The shipped file names nobody, which would be refused.</summary>
    private const string Sender = "192.0.2.10";

    private static readonly Lazy<JsonObject> s_shipped = new(() =>
        JsonNode.Parse(File.ReadAllText(SharedData.PathOf(SharedData.Settings)))!.AsObject());

    public static string Python(string vendor, JsonObject settings)
    {
        var all = s_shipped.Value[vendor]!.DeepClone().AsObject();
        all["ACCEPT_SYSLOG_MSGS_FROM_IP"] = new JsonArray(Sender);
        foreach (var (option, value) in settings) all[option] = value?.DeepClone();
        return new PythonRenderer(JsonSerializer.SerializeToElement(all)).Render(withNames: true);
    }

    public static AssistConfig Import(string vendor, JsonObject settings)
    {
        var imported = Importer.Import(Python(vendor, settings), "config.py");
        Assert.Null(imported.Error);
        var loaded = ConfigurationLoader.Parse(imported.Yaml!, "assist.yaml", [], Formats.Find);
        Assert.Empty(loaded.Errors);
        return loaded.Config!;
    }
}
