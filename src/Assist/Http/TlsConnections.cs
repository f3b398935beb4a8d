using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Assist.Inputs.Syslog;
using Microsoft.AspNetCore.Connections;

namespace Assist.Http;

/// <summary>TLS below HTTP, with the certificate that the files hold when a connection begins. Kestrel's own reads it
/// once, and asks for a service that only a whole web application has.</summary>
internal sealed class TlsConnections(TlsCredentials credentials, TimeSpan timeout, TimeProvider time)
{
    public ConnectionDelegate Over(ConnectionDelegate next) => connection => ServeAsync(connection, next);

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var wire = connection.Transport;
        await using var tls = new SslStream(new PipeStream(wire), leaveInnerStreamOpen: false);
        if (!await IsAgreedAsync(tls, connection)) return;
        var plain = new TlsPipe(PipeReader.Create(tls), PipeWriter.Create(tls));
        connection.Transport = plain;
        try
        {
            await next(connection);
            await plain.Output.CompleteAsync();
            await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other side has gone.
        }
        finally
        {
            await plain.Input.CompleteAsync();
            connection.Transport = wire;
        }
    }

    private async Task<bool> IsAgreedAsync(SslStream tls, ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either =
            CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed);
        try
        {
            await tls.AuthenticateAsServerAsync(
                credentials.NewOptions(time.GetElapsedTime(0), _ => { }), either.Token);
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private sealed record TlsPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>A connection as one stream.</summary>
    private sealed class PipeStream(IDuplexPipe pipe) : Stream
    {
        private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true);
        private readonly Stream _output = pipe.Output.AsStream(leaveOpen: true);

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _input.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _output.WriteAsync(buffer, cancellationToken);

        public override void Flush() => _output.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
