using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Assist.Addresses;
using Assist.Flows;
using Assist.Inputs.Syslog;
using Assist.Telemetry;

namespace Assist.Tests.Inputs.Syslog;

/// <summary>A receiver on free ports of this machine, and what it handed over.</summary>
public sealed class RunningReceiver : IDisposable
{
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(10);
    private readonly ConcurrentQueue<string> _messages = new();
    private readonly MessageHandler _handler;
    private long _handled;
    private bool _stopped;

    private RunningReceiver(
        IReadOnlyList<ListenerOptions> listeners, SyslogOptions options, MessageHandler? handler, TimeProvider? time)
    {
        _handler = handler ?? ((_, in _) => MessageResult.Handled);
        Receiver = new SyslogReceiver(
            listeners, options, _ => Take, Counters, Log, time ?? TimeProvider.System);
    }

    public Counters Counters { get; } = new();

    public LogLines Log { get; } = new();

    public SyslogReceiver Receiver { get; }

    public string[] Messages => [.. _messages];

    public static SyslogOptions Options { get; } = new() { Senders = [Prefix("127.0.0.0/8"), Prefix("::1")] };

    public static RunningReceiver Start(
        ListenerOptions listener, SyslogOptions? options = null, MessageHandler? handler = null,
        TimeProvider? time = null) =>
        Start([listener], options, handler, time);

    public static RunningReceiver Start(
        Transport transport, SyslogOptions? options = null, MessageHandler? handler = null,
        TimeProvider? time = null) =>
        Start(On(transport, "127.0.0.1"), options, handler, time);

    public static RunningReceiver Start(
        IReadOnlyList<ListenerOptions> listeners, SyslogOptions? options = null, MessageHandler? handler = null,
        TimeProvider? time = null)
    {
        var running = new RunningReceiver(listeners, options ?? Options, handler, time);
        running.Receiver.Start();
        return running;
    }

    public static ListenerOptions On(Transport transport, string? address)
    {
        IpAddr bind = default;
        Assert.True(address is null || IpAddr.TryParse(address, out bind));
        return new ListenerOptions { Transport = transport, Address = address is null ? null : bind, Port = 0 };
    }

    public static IpPrefix Prefix(string text)
    {
        Assert.True(IpPrefix.TryParse(text, out var prefix));
        return prefix;
    }

    public IPEndPoint EndPoint(string address = "127.0.0.1", int listener = 0) =>
        new(IPAddress.Parse(address), Receiver.BoundEndpoints[listener].EndPoint.Port);

    /// <param name="from">The client's own address, if it matters.</param>
    public Socket Connect(string address = "127.0.0.1", int listener = 0, string? from = null)
    {
        var to = EndPoint(address, listener);
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = 20_000;
        if (from is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        socket.Connect(to);
        return socket;
    }

    public void SendDatagrams(string address, params ReadOnlySpan<string> datagrams) =>
        SendDatagramsFrom(null, address, datagrams);

    public void SendDatagramsFrom(string? from, string address, params ReadOnlySpan<string> datagrams)
    {
        var to = EndPoint(address);
        using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        if (from is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        foreach (var datagram in datagrams) socket.SendTo(Encoding.Latin1.GetBytes(datagram), to);
    }

    public bool Has(string message) => _messages.Contains(message);

    public Task Receives(params string[] messages) =>
        Await.Until(() => Messages.SequenceEqual(messages), $"received {string.Join('|', messages)}");

    public Task Refuses(SyslogRefusal refusal, long count = 1) =>
        Await.Until(() => Counters.Total(refusal) == count, $"{refusal} is {count}");

    /// <summary>A line may come a little after what it tells has been counted.</summary>
    public Task Logs(string part) => Await.Until(
        () => Log.All.Any(line => line.Contains(part, StringComparison.Ordinal)), $"the log says {part}");

    public Task HasOpen(int connections) =>
        Await.Until(() => Receiver.OpenConnections == connections, $"{connections} connections open");

    public void Stop()
    {
        Receiver.Stop(s_stopLimit);
        _stopped = true;
    }

    /// <summary>After every case of every test: what arrived was handed over or refused (O1).</summary>
    public void Dispose()
    {
        if (!_stopped) Stop();
        Receiver.Dispose();
        Assert.Equal(
            Counters.ReceivedTotal,
            Interlocked.Read(ref _handled) + Counters.Total(Outcome.RefusedSender) + Counters.Total(Outcome.Shed));
    }

    private MessageResult Take(ReadOnlyMemory<byte> message, in Arrival arrival)
    {
        Interlocked.Increment(ref _handled);
        var reception = _handler(message, arrival);
        _messages.Enqueue(Encoding.Latin1.GetString(message.Span));
        return reception;
    }
}

/// <summary>What a client does with a socket, in few words.</summary>
public static class ClientSocket
{
    public static void Say(this Socket socket, string text) => socket.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>False where the other side has closed.</summary>
    public static bool TrySay(this Socket socket, string text)
    {
        socket.Send(Encoding.Latin1.GetBytes(text), SocketFlags.None, out var error);
        return error is SocketError.Success;
    }

    /// <summary>Waits until the other side has closed, in order or not.</summary>
    public static void WaitForEnd(this Socket socket)
    {
        var buffer = new byte[256];
        try
        {
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
        }
    }

    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }
}

/// <summary>Skipped on a machine without IPv6.</summary>
public sealed class IPv6FactAttribute : FactAttribute
{
    public IPv6FactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (!HasLoopback()) Skip = "this machine has no IPv6";
    }

    private static bool HasLoopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
