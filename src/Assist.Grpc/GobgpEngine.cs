using Assist.Addresses;
using Assist.Gobgp.Wire;
using Assist.Outputs;
using Assist.Outputs.FlowSpec;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Assist.Gobgp;

/// <summary>A rule that the engine has of its own, whoever has announced it.</summary>
internal readonly record struct EngineRoute(
    ReadOnlyMemory<byte> Nlri, bool IsV6, IReadOnlyList<ReadOnlyMemory<byte>> Attributes);

/// <summary>GoBGP over its gRPC interface, versions 3 and 4. Every call has a deadline, and every failure is a
/// <see cref="TargetException"/>.</summary>
public sealed class GobgpEngine(EngineAddress address) : IDisposable
{
    internal const int FlowSpecSafi = 133;

    /// <summary>Routes in one message of a stream: more save nothing.</summary>
    private const int RoutesInMessage = 1000;

    // What GoBGP writes for a route that no neighbour has sent.
    private const string LocalRoute = "<nil>";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    // A listing of 100,000 routes takes some 4 s.
    private static readonly TimeSpan s_longDeadline = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel _channel = EngineChannel.Open(address);
    private EngineDialect? _dialect;
    private volatile IReadOnlyList<EnginePeer> _peers = [];

    public EngineAddress Address => address;

    /// <summary>The neighbours as <see cref="SpeakersAsync"/> has seen them last. Read by any thread.</summary>
    public IReadOnlyList<EnginePeer> Peers => _peers;

    /// <summary>The addresses of the engine and its neighbours.</summary>
    public async Task<IReadOnlySet<IpAddr>> SpeakersAsync(CancellationToken cancellation)
    {
        var speakers = new HashSet<IpAddr>();
        var peers = new List<EnginePeer>();
        await CallAsync(async (calls, dialect) =>
        {
            var bgp = await calls.AsyncUnaryCall(dialect.GetBgp, null, Within(s_deadline, cancellation), new Nothing());
            if (bgp.Global is { } own) speakers.UnionWith(EnginePeer.Parsed([own.RouterId, .. own.ListenAddresses]));
            using var listed = calls.AsyncServerStreamingCall(
                dialect.ListPeer, null, Within(s_deadline, cancellation),
                new ListPeerRequest { EnableAdvertised = true });
            while (await listed.ResponseStream.MoveNext(cancellation))
            {
                if (listed.ResponseStream.Current.Peer is not { } peer) continue;
                speakers.UnionWith(EnginePeer.AddressesOf(peer));
                peers.Add(EnginePeer.Of(peer));
            }
        }, cancellation);
        _peers = peers;
        return speakers;
    }

    /// <summary>The FlowSpec routes of both families that were announced at the engine itself.</summary>
    internal async Task<IReadOnlyList<EngineRoute>> ListAsync(CancellationToken cancellation)
    {
        var routes = new List<EngineRoute>();
        await CallAsync(async (calls, dialect) =>
        {
            foreach (var isV6 in (bool[])[false, true])
            {
                using var listed = calls.AsyncServerStreamingCall(
                    dialect.ListPath, null, Within(s_longDeadline, cancellation), new ListPathRequest
                    {
                        TableType = dialect.GlobalTable,
                        Family = FamilyOf(isV6),
                        EnableOnlyBinary = true,
                    });
                while (await listed.ResponseStream.MoveNext(cancellation))
                    foreach (var path in listed.ResponseStream.Current.Destination?.Paths ?? [])
                        if (path.NeighborIp is LocalRoute or "") routes.Add(RouteOf(path, isV6));
            }
        }, cancellation);
        return routes;
    }

    /// <summary>Sends announcements and withdrawals in their order. Where it throws, any part of them may have been
    /// taken.</summary>
    internal Task SendAsync(IReadOnlyList<Route> paths, CancellationToken cancellation) =>
        CallAsync(async (calls, dialect) =>
        {
            using var stream = calls.AsyncClientStreamingCall(
                dialect.AddPathStream, null, Within(s_longDeadline, cancellation));
            foreach (var some in paths.Chunk(RoutesInMessage))
            {
                var message = new AddPathStreamRequest { TableType = dialect.GlobalTable };
                message.Paths.AddRange(some);
                await stream.RequestStream.WriteAsync(message, cancellation);
            }
            await stream.RequestStream.CompleteAsync();
            await stream.ResponseAsync;
        }, cancellation);

    internal static Route PathOf(
        ReadOnlySpan<byte> nlri, bool isV6, IReadOnlyList<Community> communities, bool withdraws)
    {
        var path = new Route
        {
            Family = FamilyOf(isV6),
            NlriBinary = ByteString.CopyFrom(nlri),
            IsWithdraw = withdraws,
        };
        path.PattrsBinary.AddRange(
            FlowSpecAttributes.Of(nlri, isV6, communities).Select(attribute => ByteString.CopyFrom(attribute)));
        return path;
    }

    public void Dispose() => _channel.Dispose();

    private static EngineRoute RouteOf(Route path, bool isV6) => new(
        path.NlriBinary.Memory, isV6, [.. path.PattrsBinary.Select(attribute => attribute.Memory)]);

    private static Family FamilyOf(bool isV6) => new() { Afi = isV6 ? 2 : 1, Safi = FlowSpecSafi };

    // The library counts deadlines by the system's clock.
    private static CallOptions Within(TimeSpan time, CancellationToken cancellation) => new(
        deadline: TimeProvider.System.GetUtcNow().UtcDateTime + time, cancellationToken: cancellation);

    private async Task CallAsync(Func<CallInvoker, EngineDialect, Task> call, CancellationToken cancellation)
    {
        try
        {
            var calls = _channel.CreateCallInvoker();
            _dialect ??= await FindDialectAsync(calls, cancellation);
            await call(calls, _dialect);
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            // It may be another version when it is back.
            if (e.StatusCode is StatusCode.Unavailable or StatusCode.Unimplemented) _dialect = null;
            throw new TargetException($"GoBGP at {address}: {Words(e)}", nothingApplied: IsUnsent(e), e);
        }
    }

    private static async Task<EngineDialect> FindDialectAsync(CallInvoker calls, CancellationToken cancellation)
    {
        foreach (var dialect in EngineDialect.All)
            try
            {
                await calls.AsyncUnaryCall(dialect.GetBgp, null, Within(s_deadline, cancellation), new Nothing());
                return dialect;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
            {
            }
        throw new RpcException(new Status(
            StatusCode.Unimplemented, "it has neither the interface of GoBGP 3 nor that of GoBGP 4"));
    }

    // There was no connection to send anything by.
    private static bool IsUnsent(RpcException fault) =>
        fault.Status.DebugException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };

    private static string Words(RpcException fault) => fault.StatusCode switch
    {
        StatusCode.Unavailable => $"it cannot be reached: {fault.Status.DebugException?.GetBaseException().Message
            ?? fault.Status.Detail}",
        StatusCode.DeadlineExceeded => "it does not answer in time",
        _ => fault.Status.Detail,
    };
}
