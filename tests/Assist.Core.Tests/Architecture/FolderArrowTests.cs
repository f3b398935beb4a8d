using Assist.Flows;

namespace Assist.Tests.Architecture;

/// <summary>Folders are stages of the path, and a folder may only see the folders named beside it here.
/// docs/architecture.md has the same table.</summary>
public sealed class FolderArrowTests
{
    // What each folder may see; a folder may always see those above itself in its own branch.
    private static readonly Dictionary<string, string[]> s_arrows = new(StringComparer.Ordinal)
    {
        ["Addresses"] = [],
        ["Hashing"] = [],
        ["Flows"] = ["Addresses"],
        ["Telemetry"] = ["Addresses", "Flows"],
        ["Inputs"] = [],
        ["Inputs.Datagrams"] = ["Addresses", "Flows", "Telemetry"],
        ["Inputs.Syslog"] = ["Addresses", "Flows", "Telemetry", "Hashing", "Inputs.Datagrams"],
        ["Inputs.Formats"] = ["Addresses", "Flows"],
        ["Inputs.Formats.Csv"] = ["Addresses"],
        ["Inputs.Formats.Keyed"] = ["Addresses", "Flows"],
        ["Inputs.Formats.Cef"] = ["Addresses", "Inputs.Formats.Keyed"],
        ["Inputs.Formats.PanOs"] =
            ["Addresses", "Flows", "Inputs.Formats.Csv", "Inputs.Formats.Keyed", "Inputs.Formats.Cef"],
        ["Inputs.Formats.FortiGate"] = ["Addresses", "Flows", "Inputs.Formats.Keyed", "Inputs.Formats.Cef"],
        ["Inputs.Formats.CheckPoint"] = ["Addresses", "Flows", "Inputs.Formats.Keyed", "Inputs.Formats.Cef"],
        ["Inputs.Formats.VArmour"] = ["Addresses", "Inputs.Formats.Keyed"],
        ["Inputs.Formats.Cyphort"] = ["Addresses", "Flows", "Inputs.Formats.Keyed", "Inputs.Formats.Cef"],
        ["Inputs.Formats.Auto"] =
        [
            "Inputs.Formats.Csv", "Inputs.Formats.Keyed", "Inputs.Formats.Cef", "Inputs.Formats.PanOs",
            "Inputs.Formats.FortiGate", "Inputs.Formats.CheckPoint", "Inputs.Formats.VArmour", "Inputs.Formats.Cyphort",
        ],
        ["Guards"] = ["Addresses", "Flows"],
        ["Rules"] = ["Addresses", "Flows", "Inputs.Formats"],
        ["Outputs"] = ["Addresses", "Flows", "Hashing"],
        ["Outputs.Recording"] = ["Addresses", "Flows"],
        ["Outputs.Eapi"] = ["Addresses", "Flows", "Telemetry", "Hashing"],
        ["Outputs.DirectFlow"] = ["Addresses", "Flows", "Telemetry", "Hashing", "Outputs.Eapi"],
        ["Outputs.TrafficPolicy"] = ["Addresses", "Flows", "Outputs.Eapi"],
        ["Outputs.FlowSpec"] = ["Addresses", "Flows"],
        ["Outputs.OnSwitch"] = ["Addresses", "Outputs.DirectFlow", "Outputs.Eapi"],
        ["Trials"] = ["Addresses", "Flows", "Telemetry"],
        ["Enforcement"] = ["Addresses", "Flows", "Telemetry", "Outputs"],
        ["Pipeline"] =
        [
            "Addresses", "Flows", "Telemetry", "Inputs.Formats", "Inputs.Syslog", "Rules", "Guards", "Trials",
            "Enforcement",
        ],
        ["Replay"] =
        [
            "Addresses", "Flows", "Telemetry", "Inputs.Formats", "Inputs.Syslog", "Trials", "Outputs.Recording",
            "Outputs", "Enforcement", "Pipeline",
        ],
    };

    private static readonly FolderArrows s_folders = new(typeof(FlowTable).Assembly, s_arrows);

    [Fact]
    public void A_folder_sees_only_the_folders_that_its_place_on_the_path_allows() => Assert.Empty(s_folders.Wrong());

    [Fact]
    public void Every_folder_has_its_place()
    {
        Assert.Empty(s_folders.Unlisted());
        Assert.Empty(s_folders.Missing());
    }

    [Fact]
    public void No_circle_is_allowed() => Assert.Empty(s_folders.Circle());
}
