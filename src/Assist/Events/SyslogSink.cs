using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Assist.Configuration;
using Assist.Flows;
using Assist.Hashing;
using Assist.Inputs.Syslog;

namespace Assist.Events;

/// <summary>A syslog receiver: one datagram a fact (RFC 5426), or one connection with counted messages (RFC 6587; with
/// TLS RFC 5425).</summary>
internal sealed class SyslogSink(EventSyslogOptions options, TimeProvider time) : IEventSink
{
    // RFC 5426 3.2: every receiver should take so much.
    private const int LongestDatagram = 2048;
    private const int LongestMessage = 8192;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private Connection? _connection;

    public string Name => "syslog";

    public string Target =>
        $"{options.Transport.ToString().ToLowerInvariant()} {options.Host}:{options.Port}";

    public async Task SendAsync(EventFact fact, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(s_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            if (_connection?.HasEnded == true) Close();
            _connection ??= await ConnectAsync(either.Token);
            await _connection.SendAsync(MessageOf(fact), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Close();
            throw new EventSinkException($"no answer within {s_limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException
            or CryptographicException or UnauthorizedAccessException)
        {
            Close();
            throw new EventSinkException(e.Message.ReplaceLineEndings(" "), inner: e);
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private byte[] MessageOf(EventFact fact)
    {
        if (options.Transport == Transport.Udp) return SyslogLine.Of(fact, options.Facility, LongestDatagram);
        var line = SyslogLine.Of(fact, options.Facility, LongestMessage);
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{line.Length} ")), .. line];
    }

    private async Task<Connection> ConnectAsync(CancellationToken cancellation)
    {
        var isUdp = options.Transport == Transport.Udp;
        var socket = new Socket(
            isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellation);
            if (isUdp) return new Connection(socket, null);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Transport == Transport.Tls) stream = await SecureAsync(stream, cancellation);
            return new Connection(socket, stream);
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> SecureAsync(Stream stream, CancellationToken cancellation)
    {
        if (OpenSsl.Missing is { } missing) throw new IOException(missing);
        var secure = new SslStream(stream);
        var asked = new SslClientAuthenticationOptions
        {
            TargetHost = options.Name ?? options.Host,
            CertificateChainPolicy = options.Ca is null ? null : EventTrust.Only(options.Ca),
        };
        // Read at each connection, so that it can be replaced in place.
        if (options is { Certificate: { } certificate, Key: { } key })
            asked.ClientCertificates = [PemFiles.WithKey(certificate, key)];
        await secure.AuthenticateAsClientAsync(asked, cancellation);
        return secure;
    }

    /// <summary>One datagram socket, or one stream. A receiver sends nothing, so whatever a reading of the stream
    /// brings is its end.</summary>
    private sealed class Connection(Socket socket, Stream? stream) : IDisposable
    {
        private readonly Task? _end =
            stream?.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false).AsTask();

        public bool HasEnded => _end?.IsCompleted == true;

        public async Task SendAsync(byte[] message, CancellationToken cancellation)
        {
            if (stream is null) await socket.SendAsync(message, cancellation);
            else await stream.WriteAsync(message, cancellation);
        }

        public void Dispose()
        {
            stream?.Dispose();
            socket.Dispose();
            // Its fault is that of the connection, which was told.
            _ = _end?.ContinueWith(
                end => end.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
        }
    }
}
