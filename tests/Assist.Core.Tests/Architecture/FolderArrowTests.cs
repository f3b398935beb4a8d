using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using Assist.Flows;

namespace Assist.Tests.Architecture;

/// <summary>Folders are stages of the path, and a folder may only see the folders named beside it here.
/// docs/architecture.md has the same arrows as a picture.</summary>
public sealed class FolderArrowTests
{
    // What each folder may see; a folder may always see those above itself in its own branch.
    private static readonly Dictionary<string, string[]> s_arrows = new(StringComparer.Ordinal)
    {
        ["Addresses"] = [],
        ["Flows"] = ["Addresses"],
        ["Telemetry"] = ["Addresses", "Flows"],
        ["Inputs"] = [],
        ["Inputs.Datagrams"] = ["Addresses", "Flows", "Telemetry"],
        ["Inputs.Syslog"] = ["Addresses", "Flows", "Telemetry", "Inputs.Datagrams"],
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
        ["Outputs"] = ["Addresses", "Flows"],
        ["Outputs.Recording"] = ["Addresses", "Flows"],
        ["Outputs.Eapi"] = ["Addresses", "Flows", "Telemetry"],
        ["Outputs.DirectFlow"] = ["Addresses", "Flows", "Telemetry", "Outputs.Eapi"],
        ["Enforcement"] = ["Addresses", "Flows", "Telemetry", "Outputs"],
        ["Pipeline"] =
            ["Addresses", "Flows", "Telemetry", "Inputs.Formats", "Inputs.Syslog", "Rules", "Guards", "Enforcement"],
    };

    private static readonly ArchUnitNET.Domain.Architecture s_core =
        new ArchLoader().LoadAssembly(typeof(FlowTable).Assembly).Build();

    [Fact]
    public void A_folder_sees_only_the_folders_that_its_place_on_the_path_allows()
    {
        var wrong = Arrows()
            .Where(arrow => !MaySee(arrow.From, arrow.To))
            .Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Example}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_has_its_place()
    {
        var folders = Types().Select(Folder).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(s_arrows.Keys.Order(StringComparer.Ordinal), folders);
    }

    // The table itself: without this a circle could be allowed by mistake.
    [Fact]
    public void No_circle_is_allowed()
    {
        var left = s_arrows.Keys.ToHashSet(StringComparer.Ordinal);
        while (left.Count > 0)
        {
            var free = left.Where(folder => !left.Any(other => other != folder && MaySee(folder, other))).ToList();
            Assert.True(free.Count > 0, $"a circle among {string.Join(", ", left.Order(StringComparer.Ordinal))}");
            left.ExceptWith(free);
        }
    }

    private static bool MaySee(string from, string to) =>
        from == to || from.StartsWith(to + ".", StringComparison.Ordinal)
        || s_arrows[from].Contains(to, StringComparer.Ordinal);

    private static IEnumerable<(string From, string To, string Example)> Arrows() =>
        from type in Types()
        from target in type.Dependencies.Select(dependency => dependency.Target).Distinct()
        where IsOurs(target) && Folder(target) != Folder(type)
        group (type, target) by (From: Folder(type), To: Folder(target)) into arrow
        let first = arrow.First()
        select (arrow.Key.From, arrow.Key.To, $"{first.type.Name} uses {first.target.Name}");

    private static IEnumerable<IType> Types() => s_core.Types.Where(IsOurs);

    private static bool IsOurs(IType type) =>
        type.Namespace?.FullName.StartsWith("Assist.", StringComparison.Ordinal) == true;

    private static string Folder(IType type) => type.Namespace.FullName["Assist.".Length..];
}
