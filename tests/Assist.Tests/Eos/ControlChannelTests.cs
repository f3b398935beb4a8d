using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assist.Eos;

namespace Assist.Tests.Eos;

/// <summary>Orders of a test in another process.</summary>
public sealed class ControlChannelTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("eos").FullName;
    private readonly EmulatedSwitch _switch = new(new ManualTimeProvider(), new SwitchOptions { Warnings = true });
    private CommandApiService _service = null!;
    private ControlChannel _channel = null!;
    private StreamReader _answers = null!;
    private NetworkStream _orders = null!;

    private string Api => Path.Combine(_directory, "s");

    public async ValueTask InitializeAsync()
    {
        _service = new CommandApiService(() =>
        {
            var server = new EapiServer(_switch);
            server.ListenUnix(Api);
            return server;
        });
        _service.Up();
        _channel = new ControlChannel(_switch, _switch.Options, _service);
        _channel.Listen(Path.Combine(_directory, "c"));
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_directory, "c")));
        _orders = new NetworkStream(socket, ownsSocket: true);
        _answers = new StreamReader(_orders);
    }

    public async ValueTask DisposeAsync()
    {
        _answers.Dispose();
        await _channel.DisposeAsync();
        await _service.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Faults_come_on_top_of_the_command_line_and_go_again()
    {
        Assert.Equal("ok", await OrderAsync("faults hung=0.5 capacity=9"));
        Assert.Equal(new SwitchOptions { Warnings = true, HungRate = 0.5, Capacity = 9 }, _switch.Options);
        Assert.Equal("ok", await OrderAsync("faults garbage"));
        Assert.Equal(new SwitchOptions { Warnings = true, GarbageRate = 1 }, _switch.Options);
        Assert.Equal("ok", await OrderAsync("faults"));
        Assert.Equal(new SwitchOptions { Warnings = true }, _switch.Options);
    }

    [Fact]
    public async Task The_command_API_goes_away_and_comes_back()
    {
        Assert.Equal("ok", await OrderAsync("down"));
        Assert.False(File.Exists(Api));
        Assert.Equal("ok", await OrderAsync("down"));
        Assert.Equal("ok", await OrderAsync("up"));
        Assert.True(File.Exists(Api));
        Assert.Equal("ok", await OrderAsync("up"));
    }

    [Fact]
    public async Task Another_writer_and_the_power_switch_are_orders_too()
    {
        _switch.Run("enable", "configure", "directflow", "no shutdown");
        Assert.Equal("ok", await OrderAsync("add kept priority 7;match vlan 9;action drop"));
        Assert.Equal("ok", await OrderAsync("save"));
        Assert.Equal("ok", await OrderAsync("add lost action drop"));
        Assert.Equal(["kept", "lost"], await NamesAsync());
        Assert.Equal("ok", await OrderAsync("reload"));
        Assert.Equal(["kept"], await NamesAsync());
        Assert.Equal("ok", await OrderAsync("drop-table"));
        var flow = JsonNode.Parse(await OrderAsync("flows"))![0]!;
        Assert.Equal("""{"name":"kept","programmed":false,"lines":["priority 7","match vlan 9","action drop"]}""",
            flow.ToJsonString());
        Assert.Equal("ok", await OrderAsync("delete kept"));
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task A_packet_comes_in_and_the_answer_says_what_became_of_it() => Assert.Equal(
        """{"flow":null,"ports":"normal"}""", await OrderAsync("packet udp et1 192.0.2.1 1000 203.0.113.1 53"));

    [Theory]
    [InlineData("packet")]
    [InlineData("packet icmp Ethernet1 192.0.2.1 1 192.0.2.2 1")]
    [InlineData("packet udp Ethernet1 192.0.2.1 1 192.0.2.2 x")]
    [InlineData("packet udp Ethernet1 192.0.2.x 1 192.0.2.2 1")]
    [InlineData("nonsense")]
    [InlineData("faults nonsense")]
    [InlineData("add name")]
    [InlineData("add name no such line")]
    public async Task What_it_does_not_know_is_an_error_and_changes_nothing(string order)
    {
        Assert.StartsWith("error: ", await OrderAsync(order), StringComparison.Ordinal);
        Assert.Equal(new SwitchOptions { Warnings = true }, _switch.Options);
    }

    private async Task<string> OrderAsync(string order)
    {
        await _orders.WriteAsync(Encoding.ASCII.GetBytes(order + "\n"));
        return (await _answers.ReadLineAsync())!;
    }

    private async Task<string[]> NamesAsync() =>
        [.. JsonDocument.Parse(await OrderAsync("flows")).RootElement.EnumerateArray()
        .Select(flow => flow.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
}
