using System.Security.Cryptography;
using System.Text;

namespace Assist.Eos;

/// <summary>The path /command-api: one HTTP request to one answer, with the delays the options ask for.</summary>
internal sealed class CommandApi(EmulatedSwitch device, TimeProvider clock, Action<RunCmds> record) : IDisposable
{
    private static readonly TimeSpan s_beyondPatience = TimeSpan.FromDays(1);
    private static readonly HttpResponse s_badGateway = HttpResponse.Text(502, "Bad Gateway");

    // The CLI agent carries out one request at a time: facts 3.1.
    private readonly SemaphoreSlim _agent = new(1);

    public void Dispose() => _agent.Dispose();

    /// <summary>Null where the connection ends without an answer.</summary>
    public async Task<HttpResponse?> AnswerAsync(HttpRequest request, string? credentials, CancellationToken cancel)
    {
        if (!IsAllowed(request, credentials))
            return HttpResponse.Text(401, "Unable to authenticate user: Bad username/password combination");
        if (request.Path.TrimEnd('/') != "/command-api") return HttpResponse.Text(404, "Not Found");
        return request.Method switch
        {
            "POST" => await RunAsync(request.Body, cancel),
            "HEAD" => HttpResponse.Text(200, "") with { HeadOnly = true },
            _ => HttpResponse.Text(405, "Method Not Allowed"),
        };
    }

    private async Task<HttpResponse?> RunAsync(byte[] body, CancellationToken cancel)
    {
        var options = device.Options;
        var (request, id, refusal) = JsonRpc.Read(body, options.RefuseNewParameters);
        if (request is null) return HttpResponse.Json(refusal!);
        if (device.Chance(options.HungRate)) return await HangAsync(cancel);
        var isGatewayError = device.Chance(options.GatewayErrorRate);
        if (isGatewayError && device.Pick(2) == 0) return s_badGateway;
        if (device.Chance(options.BreakOffRate)) return await BreakOffAsync(request, options, cancel);
        var reply = await RunAloneAsync(request, options, cancel);
        if (isGatewayError) return s_badGateway;
        await WaitAsync(options.AnswerDelay, cancel);
        var answer = JsonRpc.Write(id, reply);
        return HttpResponse.Json(device.Chance(options.OtherJsonRate)
            ? SpoiledAnswer.Other(answer, device.Pick)
            : SpoiledAnswer.WithOtherKeys(answer, options));
    }

    private async Task<HttpResponse?> HangAsync(CancellationToken cancel)
    {
        await WaitAsync(s_beyondPatience, cancel);
        return null;
    }

    private async Task<HttpResponse?> BreakOffAsync(RunCmds request, SwitchOptions options, CancellationToken cancel)
    {
        var carriedOut = request.Commands.Take(device.Pick(request.Commands.Count + 1));
        await RunAloneAsync(request with { Commands = new(carriedOut) }, options, cancel);
        return null;
    }

    private async Task<RunCmdsReply> RunAloneAsync(RunCmds request, SwitchOptions options, CancellationToken cancel)
    {
        await _agent.WaitAsync(cancel);
        try
        {
            var commits = request.Commands.Count(command => command.Command == "commit");
            await WaitAsync(
                options.RequestCost + (options.CommandCost * request.Commands.Count) + (options.CommitCost * commits),
                cancel);
            record(request);
            return device.Run(request);
        }
        finally
        {
            _agent.Release();
        }
    }

    private Task WaitAsync(TimeSpan time, CancellationToken cancel) =>
        time > TimeSpan.Zero ? Task.Delay(time, clock, cancel) : Task.CompletedTask;

    private static bool IsAllowed(HttpRequest request, string? credentials)
    {
        if (credentials is null) return true;
        var wanted = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
        var given = request.Headers.GetValueOrDefault("Authorization", "");
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(given));
    }
}
