using System.Security.Cryptography;
using System.Text;
using Assist.Addresses;
using Assist.Configuration;
using Assist.Hashing;
using Microsoft.Extensions.Logging;

namespace Assist.Http;

internal enum Access
{
    /// <summary>Tells nothing of the network.</summary>
    Open,
    Read,

    /// <summary>Changes something.</summary>
    Act,
}

/// <summary>Why a request is not answered.</summary>
internal sealed record Refusal(int Status, string Text);

/// <summary>Who may ask, and who may change something: with the token of a file, which is read anew each time, so that
/// another one takes effect at once.</summary>
internal sealed partial class Gate(HttpOptions options, TimeProvider time, ILogger log)
{
    private const string Scheme = "Bearer ";

    // For the page, and for those behind a proxy that has its own use for the other one.
    private const string Own = "X-Assist-Token";
    // Ten pages ask some forty times a second. The processor is the switch's.
    public const int MostPerSecond = 200;

    private static readonly TimeSpan s_between = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private TimeSpan? _told;
    private int _untold;
    private long _second;
    private int _asked;

    /// <summary>Null where the request may be answered.</summary>
    public Refusal? Judge(WebCall call, Access access)
    {
        // Whoever watches the daemon's life must not take it for dead because others ask too much.
        if (access != Access.Open && IsTooMuch())
            return new Refusal(429, $"more than {MostPerSecond} requests came within a second; ask less often");
        var given = Given(call);
        if (given is not null && TokenFault(given) is { } fault) return Wrong(call, fault);
        var hasToken = given is not null;
        return access switch
        {
            Access.Act when options.TokenFile is null =>
                new Refusal(403, "nothing can be changed here: http.token_file is not set"),
            Access.Act when !hasToken => new Refusal(401, "changes need the token: Authorization: Bearer TOKEN"),
            Access.Read when options.TokenToRead && !hasToken =>
                new Refusal(401, "this needs the token: Authorization: Bearer TOKEN"),
            Access.Open => null,
            // A name that an attacker has made to lead here makes his page one of ours to a browser. Over TLS the
            // certificate lacks that name, and his page has no token.
            _ when !call.IsTls && !hasToken && !IsOurs(call.Header("Host")) =>
                new Refusal(421, "this name is not in http.host_names; ask by address, or add it there"),
            _ => null,
        };
    }

    private bool IsTooMuch()
    {
        var second = (long)time.GetElapsedTime(0).TotalSeconds;
        lock (_gate)
        {
            if (_second != second) (_second, _asked) = (second, 0);
            return ++_asked > MostPerSecond;
        }
    }

    /// <summary>True for addresses, localhost and the names of the configuration.</summary>
    private bool IsOurs(string host)
    {
        var name = WithoutPort(host).ToLowerInvariant();
        return name.Length == 0 || name == "localhost" || IpAddr.TryParse(name, out _)
            || options.HostNames.Contains(name, StringComparer.Ordinal);
    }

    private static string WithoutPort(string host)
    {
        if (host.StartsWith('[')) return host.IndexOf(']', StringComparison.Ordinal) is > 0 and var end
            ? host[1..end] : host;
        var colon = host.LastIndexOf(':');
        return colon < 0 ? host : host[..colon];
    }

    // Null where there is none. Other schemes are of a proxy in front, which passes them on.
    private static string? Given(WebCall call)
    {
        if (call.Header(Own) is { Length: > 0 } own) return own;
        var header = call.Header("Authorization");
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : null;
    }

    private string? TokenFault(string given)
    {
        if (options.TokenFile is not { } file) return "a token was sent, and http.token_file is not set";
        try
        {
            var token = (File.ReadLines(file).FirstOrDefault() ?? "").Trim();
            if (NamedFiles.HttpTokenFault(token) is not null) return "http.token_file holds no token";
            return AreSame(given.Trim(), token) ? null : "the token is not the right one";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "http.token_file cannot be read";
        }
    }

    // In a time that tells neither where the first difference is nor how long the token is.
    private static bool AreSame(string given, string token) => CryptographicOperations.FixedTimeEquals(
        Sha256.Hash(Encoding.UTF8.GetBytes(given)), Sha256.Hash(Encoding.UTF8.GetBytes(token)));

    private Refusal Wrong(WebCall call, string fault)
    {
        var now = time.GetElapsedTime(0);
        lock (_gate)
        {
            _untold++;
            if (_told is null || now - _told >= s_between)
            {
                WrongToken(log, fault, $"{call.RemoteAddress}", _untold);
                (_told, _untold) = (now, 0);
            }
        }
        return new Refusal(401, fault);
    }

    [LoggerMessage(EventId = 831, Level = LogLevel.Warning, Message =
        "http: {Fault}; the last one came from {Address}, {Count} since this was last told")]
    private static partial void WrongToken(ILogger log, string fault, string address, int count);
}
