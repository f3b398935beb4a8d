using System.Reflection;
using Assist.Daemon;

namespace Assist.Tests.Architecture;

/// <summary>Folders of the executable, and which of them each may use besides the core. docs/architecture.md has the
/// same table.</summary>
public sealed class ExecutableArrowTests
{
    private const int MostFields = 15;

    private static readonly Dictionary<string, string[]> s_arrows = new(StringComparer.Ordinal)
    {
        ["Demo"] = ["Commands", "Daemon", "Control", "Configuration", "Eos"],
        ["Commands"] = ["Daemon", "LiveView", "Control", "Configuration", "State", "Audit", "Import", "Logging"],
        ["LiveView"] = ["Control", "Logging"],
        ["Daemon"] = ["Configuration", "Control", "Http", "State", "Audit", "Events", "Logging", "Gobgp"],
        ["Http"] = ["Configuration", "Control"],
        ["Control"] = ["State", "Logging"],
        ["Import"] = ["Configuration"],
        ["Logging"] = ["Configuration"],
        ["Audit"] = ["Configuration", "Control"],
        ["Events"] = ["Configuration", "Control", "Logging"],
        ["State"] = [],
        ["Configuration"] = [],
        // The emulated switch, an assembly of its own: part of the demonstration and of nothing else.
        ["Eos"] = [],
        // The client of BGP's engine, an assembly of its own too.
        ["Gobgp"] = [],
    };

    private static readonly Assembly s_executable = typeof(DaemonBuilder).Assembly;
    private static readonly FolderArrows s_folders = new(s_executable, s_arrows);

    [Fact]
    public void A_folder_uses_only_the_folders_that_stand_beside_it() => Assert.Empty(s_folders.Wrong());

    [Fact]
    public void Every_folder_has_its_place()
    {
        Assert.Empty(s_folders.Unlisted());
        Assert.Equal(["Eos", "Gobgp"], s_folders.Missing());
    }

    [Fact]
    public void No_circle_is_allowed() => Assert.Empty(s_folders.Circle());

    [Fact]
    public void No_type_has_more_than_15_fields() =>
        Assert.Empty(TypeSizes.Above(MostFields, s_executable.GetTypes()));
}
