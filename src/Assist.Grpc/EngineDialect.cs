using Assist.Gobgp.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Assist.Gobgp;

/// <summary>The calls of GoBGP's interface that are used, by the names of one of its versions: version 4 has given
/// the service and its tables new ones, and a client that asks by the old ones is told that nothing is
/// implemented.</summary>
/// <param name="globalTable">The number of the table that is announced to neighbours.</param>
internal sealed class EngineDialect(string service, int globalTable)
{
    public static IReadOnlyList<EngineDialect> All { get; } =
        [new EngineDialect("apipb.GobgpApi", 0), new EngineDialect("api.GoBgpService", 1)];

    public int GlobalTable => globalTable;

    public Method<Nothing, GetBgpResponse> GetBgp { get; } =
        Of(service, "GetBgp", MethodType.Unary, Nothing.Parser, GetBgpResponse.Parser);

    public Method<ListPeerRequest, ListPeerResponse> ListPeer { get; } = Of(
        service, "ListPeer", MethodType.ServerStreaming, ListPeerRequest.Parser, ListPeerResponse.Parser);

    public Method<ListPathRequest, ListPathResponse> ListPath { get; } = Of(
        service, "ListPath", MethodType.ServerStreaming, ListPathRequest.Parser, ListPathResponse.Parser);

    public Method<AddPathStreamRequest, Nothing> AddPathStream { get; } = Of(
        service, "AddPathStream", MethodType.ClientStreaming, AddPathStreamRequest.Parser, Nothing.Parser);

    private static Method<TRequest, TResponse> Of<TRequest, TResponse>(
        string service, string name, MethodType type, MessageParser<TRequest> asked, MessageParser<TResponse> answered)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(type, service, name, Of(asked), Of(answered));

    private static Marshaller<T> Of<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom);
}
