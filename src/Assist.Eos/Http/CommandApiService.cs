namespace Assist.Eos;

/// <summary>eAPI as a service of the switch that may go away, sockets and all, and come back.</summary>
/// <param name="listen">Makes a server and has it listen.</param>
public sealed class CommandApiService(Func<EapiServer> listen) : IAsyncDisposable
{
    private EapiServer? _server;

    public void Up() => _server ??= listen();

    /// <summary>Requests that wait or are under way are not carried out.</summary>
    public async Task DownAsync()
    {
        if (_server is null) return;
        await _server.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync() => await DownAsync();
}
