using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Assist.Flows;
using Assist.Telemetry;

namespace Assist.Tests.Processes;

/// <summary>What awkward senders and a short machine do to the whole daemon.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ReceiverTests
{
    private static readonly LogLine s_log = LogLine.Deny("10.0.0.1", "203.0.113.20", 443);

    private static readonly string[] s_streams =
    [
        "8 <14>abcd8 <14>efgh", "<14>a\n<14>b\0", "\n\n<14>a\n\n\n", "<14>a", "30 <14>cut", "0 <14>a\n007 <14>a\n",
        "4294967299 <14>x\n", "12345678901234567890123 <14>x\n", "-5 <14>x\n+5 <14>x\n0x1F <14>x\n31<14>x\n",
        "6 <14>abc\n<14>d\n", "8 <14>a5 <14>b\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "2000000 <14>x", "<192>a\n<>a\n<999999999999>a\n<14\n",
        $"70000 <14>{new string('x', 69_996)}", $"<14>{new string('x', 70_000)}\n",
        string.Concat(Enumerable.Repeat("noise\n", 150)),
        "\xff\xfe\xc0\xaf\n",
    ];

    private static readonly string[] s_expected = ["framing", "cut_frame", "oversize", "foreign"];

    [Theory]
    [InlineData(Way.TcpLines)]
    [InlineData(Way.Tls)]
    public async Task O1_after_every_awkward_stream_the_sums_add_up_and_a_log_is_still_heard(Way way)
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        foreach (var stream in s_streams)
            try
            {
                var bytes = Encoding.Latin1.GetBytes(stream);
                if (way == Way.Tls) await rig.SendTlsAsync(rig.Certificates.Client(), bytes);
                else await rig.SendTcpAsync(IPAddress.Loopback, bytes);
            }
            catch (IOException)
            {
                // The daemon had enough of it.
            }
        await rig.SendAsync(way, s_log);

        await rig.UntilProgrammedAsync("drop", 1);
        await rig.UntilStatusAsync(
            status => status.GetProperty("connections").GetInt32() == 0
                && Outcome(status, "malformed") > 100
                && s_expected.All(reason => status.GetProperty("rejected").GetProperty(reason).GetInt64() > 0)
                && status.GetProperty("outcomes").EnumerateObject().Sum(outcome => outcome.Value.GetInt64())
                    == status.GetProperty("received").GetInt64(),
            "all are closed, each fault is counted, and the sums add up");
    }

    [Fact]
    public async Task O1_after_every_awkward_datagram_the_sums_add_up_and_a_log_is_still_heard()
    {
        await using var rig = new Rig();
        await rig.StartAsync();
        // 65,507 bytes is all that IPv4 carries.
        var datagrams = s_streams.Where(stream => stream.Length < 65_507).ToArray();
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
            foreach (var datagram in datagrams)
                await socket.SendToAsync(
                    Encoding.Latin1.GetBytes(datagram), new IPEndPoint(IPAddress.Loopback, rig.Port));

        await rig.UntilReceivedAsync(datagrams.Length);
        await rig.SendAsync(Way.Udp, "", s_log);

        await rig.UntilProgrammedAsync("drop", 1);
        var status = await rig.UntilReceivedAsync(datagrams.Length + 1);
        Assert.Equal(datagrams.Length, Outcome(status, "malformed"));
        Assert.Equal(1, status.GetProperty("rejected").GetProperty("empty").GetInt64());
    }

    [Fact]
    public async Task N2_out_of_descriptors_it_waits_and_recovers()
    {
        const int Limit = 200;
        await using var rig = new Rig();
        rig.WriteConfiguration("", limits: ", connections: 1000, connections_per_sender: 1000");
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        rig.RunWithDescriptors(Limit);
        await rig.UntilReadyAsync();
        var clients = new List<TcpClient>();

        // As many as it can hold and some more. The last descriptors go to and fro.
        for (var more = 0; more < 20; more += Descriptors(rig) >= Limit - 5 ? 1 : 0)
        {
            Assert.True(clients.Count < 2 * Limit, "the limit is never reached");
            clients.Add(new TcpClient("127.0.0.1", rig.Port));
        }
        await rig.SendUdpAsync(IPAddress.Loopback, [s_log]);
        clients.ForEach(client => client.Dispose());

        var status = await rig.UntilStatusAsync(
            status => status.GetProperty("connections").GetInt32() == 0 && Rig.Flows(status, "drop", "programmed") == 1,
            "it is back, and what came meanwhile is programmed");
        Assert.True(status.GetProperty("rejected").GetProperty("shortage").GetInt64() > 0);
        await rig.SendAsync(Way.TcpLines, LogLine.Deny("10.0.0.2", "203.0.113.20", 443));
        await rig.UntilProgrammedAsync("drop", 2);
        Assert.Single((await rig.StopAsync()).ErrorLines, line => line.Contains(
            "cannot accept connections", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task O4_a_full_disk_for_the_log_stops_nothing_and_is_told_once(bool inForeground)
    {
        await using var rig = new Rig();
        File.CreateSymbolicLink(rig.File("log"), "/dev/full");
        rig.WriteConfiguration("log: {file: log}");
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        if (inForeground) rig.Run();
        else Assert.Equal(0, (await rig.AssistAsync("start")).Code);
        await rig.UntilReadyAsync();

        for (var i = 1; i <= 5; i++) await rig.SendAsync(Way.Udp, LogLine.Deny($"10.0.0.{i}", "203.0.113.20", 443));

        await rig.UntilProgrammedAsync("drop", 5);
        var status = (await rig.AskAsync("status"))!.Value.GetProperty("status");
        Assert.Equal("degraded", status.GetProperty("health").GetString());
        var problem = Assert.Single(status.GetProperty("problems").EnumerateArray()).GetString();
        Assert.StartsWith(
            $"log.file {rig.File("log")} is not written: No space left on device", problem, StringComparison.Ordinal);
        if (!inForeground) return;
        var errors = (await rig.StopAsync()).ErrorLines;
        Assert.Single(errors, line => line.Contains("is not written", StringComparison.Ordinal));
        // The other log still has everything.
        Assert.Contains(errors, line => line.Contains("listening on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S7_only_the_permitted_clients_of_an_authority_are_heard()
    {
        await using var rig = new Rig();
        await rig.StartSwitchAsync();
        await rig.SetUpAsync();
        // The certificates of the rig's clients state 127.0.0.1.
        var permitted = new[] { "[fw1.example.net]", "[fw1.example.net, 127.0.0.1]" };

        foreach (var peers in permitted)
        {
            rig.WriteConfiguration("", tls: $", permitted_peers: {peers}");
            await rig.StartDaemonAsync();
            await rig.SendTlsAsync(rig.Certificates.Client(), Firewall.Octets(s_log));
            if (peers == permitted[0])
                await rig.UntilStatusAsync(
                    status => status.GetProperty("rejected")
                        .GetProperty("client_certificate").GetInt64() == 1, "refused");
            else await rig.UntilProgrammedAsync("drop", 1);
            Assert.Equal(0, (await rig.StopAsync()).Code);
        }
    }

    [Fact]
    public async Task U3_N12_status_tells_what_the_kernel_refused()
    {
        await using var rig = new Rig();
        await rig.StartAsync();

        var kernel = (await rig.AskAsync("status"))!.Value.GetProperty("status").GetProperty("kernel");

        Assert.True(kernel.GetProperty("listen_overflows").GetInt64() >= 0);
        Assert.True(kernel.GetProperty("reverse_path_filtered").GetInt64() >= 0);
    }

    private static long Outcome(JsonElement status, string outcome) =>
        status.GetProperty("outcomes").GetProperty(outcome).GetInt64();

    private static int Descriptors(Rig rig) => Directory.GetFileSystemEntries($"/proc/{rig.Daemon!.Id}/fd").Length;
}
