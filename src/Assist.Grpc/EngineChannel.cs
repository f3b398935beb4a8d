using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Assist.Outputs;
using Assist.Outputs.FlowSpec;
using Grpc.Net.Client;

namespace Assist.Gobgp;

/// <summary>How the engine is reached: by its unix socket or an address of this machine in plain, from elsewhere with
/// TLS.</summary>
internal static class EngineChannel
{
    private static readonly TimeSpan s_connecting = TimeSpan.FromSeconds(3);

    public static GrpcChannel Open(EngineAddress engine)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = s_connecting, UseProxy = false };
        if (engine.Socket is { } socket)
            handler.ConnectCallback = (_, cancellation) => UnixSocketStream.ConnectAsync(socket, cancellation);
        if (engine.Ca is { } ca) handler.SslOptions = Trusting(ca);
        var url = engine.Url ?? new Uri("http://localhost");
        return GrpcChannel.ForAddress(url, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    private static SslClientAuthenticationOptions Trusting(string ca)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(ca);
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }
}
