using System.Text.Json.Nodes;
using Assist.Commands;
using Assist.Configuration;
using Assist.Eos;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.Tests.Eos;
using Assist.Tests.Processes;
using EosCommand = Assist.Eos.EapiCommand;

namespace Assist.Tests.Conformance;

/// <summary>Our setup leaves the switch as the original's does: docs/conformance.md.</summary>
public sealed class SetupTests : ServedSwitch
{
    private readonly EmulatedSwitch _originals = new(new ManualTimeProvider());

    // Setup waits until the switch has programmed its flows, and this switch's clock stands still.
    public SetupTests() => Device.Options = Device.Options with
    {
        ProgrammingDelay = TimeSpan.Zero,
        ProgrammingJitter = TimeSpan.Zero,
    };

    [SharedTheory(SharedData.Setup)]
    [InlineData("setup-shunt_mode-ha")]
    [InlineData("setup-shunt_mode-single")]
    [InlineData("setup-inline_mode-ha")]
    [InlineData("setup-inline_mode-single")]
    [InlineData("setup-mirror_mode-ha")]
    [InlineData("setup-mirror_mode-single")]
    [InlineData("setup-mirror_and_shunt_mode-ha")]
    [InlineData("setup-mirror_and_shunt_mode-single")]
    public async Task It_ends_as_the_originals_and_a_second_run_sends_nothing(string id)
    {
        var recorded = SetupCase.Find(id);
        recorded.Apply(_originals);

        await SetUpAsync(recorded);
        Assert.Equal(_originals.Snapshot(), Device.Snapshot());

        await ChangesNothingAsync(recorded);
    }

    [SharedFact(SharedData.Setup)]
    public void All_recorded_cases_are_compared() => Assert.Equal(8, SetupCase.ReadAll().Count);

    [SharedTheory(SharedData.Setup)]
    [InlineData("setup-shunt_mode-ha", "interface Ethernet2", "no switchport mac address learning")]
    [InlineData("setup-shunt_mode-ha", "interface Ethernet5", "storm-control broadcast level 5")]
    [InlineData("setup-shunt_mode-ha", "directflow", "no shutdown",
        "flow STATIC_THRU_FIREWALL__in:Ethernet1__out:Ethernet2_Ethernet3", "match input interface Ethernet1")]
    [InlineData("setup-shunt_mode-ha", "directflow", "no shutdown")]
    [InlineData("setup-shunt_mode-ha", "directflow", "flow STATIC_THRU_FIREWALL__in:Ethernet1__out:Ethernet2_Ethernet3",
        "match input interface Ethernet1", "priority 10", "action output interface Ethernet2,Ethernet3")]
    [InlineData("setup-mirror_mode-single", "mac access-list drop_all")]
    [InlineData("setup-mirror_mode-single", "interface Ethernet7", "mac access-group drop_all in")]
    [InlineData("setup-mirror_mode-single", "monitor session DFLOW_MIRROR_TO_FW_TAP_Ethernet7 destination Ethernet7")]
    public async Task What_was_half_done_by_hand_is_completed(string id, params string[] byHand)
    {
        var recorded = SetupCase.Find(id);
        recorded.Apply(_originals);
        Assert.Null(Device.Run(["enable", "configure", .. byHand]).Error);

        await SetUpAsync(recorded);

        Assert.Equal(_originals.Snapshot(), Device.Snapshot());
        await ChangesNothingAsync(recorded);
    }

    [SharedFact(SharedData.Setup)]
    public async Task Foreign_flows_and_ports_stay_as_they_are()
    {
        var recorded = SetupCase.Find("setup-shunt_mode-ha");
        foreach (var device in (EmulatedSwitch[])[_originals, Device])
        {
            device.AddForeignFlow("MSS_1", "match input interface Ethernet8", "priority 99", "action drop");
            device.AddForeignFlow("STATIC_OF_SOMEBODY", "no persistent", "match source ip 192.0.2.1", "action drop");
            device.Run("enable", "configure", "interface Ethernet8", "description uplink");
        }
        recorded.Apply(_originals);

        await SetUpAsync(recorded);

        Assert.Equal(_originals.Snapshot(), Device.Snapshot());
        await ChangesNothingAsync(recorded);
    }

    private Task<bool> SetUpAsync(SetupCase recorded) => SetupCommand.SetUpAsync(
        OriginalConfig.Import("pan", recorded.Settings) with
        {
            Enforcement = new EnforcementOptions { Eapi = new EapiOptions { Socket = Path } },
        },
        TextWriter.Null, Consent.None, CancellationToken.None);

    private async Task ChangesNothingAsync(SetupCase recorded)
    {
        var sent = Server.Commands.Count;
        await SetUpAsync(recorded);
        Assert.All(Server.Commands.Skip(sent), command =>
            Assert.True(command == "enable" || command.StartsWith("show ", StringComparison.Ordinal), command));
    }
}

/// <summary>The requests of the original's setup for one mode.</summary>
internal sealed record SetupCase(string Id, JsonObject Settings, JsonArray Requests)
{
    public static IReadOnlyList<SetupCase> ReadAll() =>
        [.. File.ReadLines(SharedData.PathOf(SharedData.Setup))
            .Select(line => JsonNode.Parse(AsMeant(line))!.AsObject())
            .Select(c => new SetupCase((string)c["id"]!, c["settings"]!.AsObject(), c["requests"]!.AsArray()))];

    public static SetupCase Find(string id) => ReadAll().Single(recorded => recorded.Id == id);

    public void Apply(EmulatedSwitch device)
    {
        foreach (var request in Requests)
            Assert.Null(device.Run(new RunCmds([.. request!.AsArray().Select(command => Command(command!))])).Error);
    }

    // In mirror_and_shunt the original printed a Python list into names and actions, which no switch can have taken.
    private static string AsMeant(string line) => line.Replace("['Ethernet7']", "Ethernet7", StringComparison.Ordinal);

    private static EosCommand Command(JsonNode command) => command is JsonObject asked
        ? new EosCommand((string)asked["cmd"]!, (string)asked["input"]!)
        : new EosCommand((string)command!);
}
