using System.CommandLine;
using Assist.Configuration;
using Assist.Control;
using Assist.Daemon;
using Assist.Logging;
using Assist.Outputs.Eapi;

namespace Assist.Commands;

/// <summary>Where a command reaches the daemon. A mistake in the file must not disarm an operator: what can be read of
/// it counts, else the default, and --socket comes before both.</summary>
internal sealed class ControlPlace
{
    // A daemon has its claim a moment before its control socket, and a moment after it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly ConfigurationResult _read;
    private readonly string _file;
    private readonly bool _isGuess;
    private readonly bool _isNamed;
    private bool _isTold;

    private ControlPlace(ConfigurationResult read, string file, string? socket)
    {
        (_read, _file, _isNamed) = (read, file, socket is not null);
        _isGuess = socket is null && read.Readable is null;
        Socket = socket ?? (read.Readable?.Control ?? new ControlOptions()).Socket;
    }

    public string Socket { get; }

    /// <summary>Null where the file does not tell, and what another daemon would go by is not known.</summary>
    public AssistConfig? Readable => _read.Readable;

    public static ControlPlace Of(ParseResult parsed) =>
        new(SharedOptions.Load(parsed), SharedOptions.FileOf(parsed), parsed.GetValue(SharedOptions.Socket));

    /// <summary>The daemon's answer, or null if none is running.</summary>
    /// <exception cref="CommandException">Nobody answers, and nobody knows where a daemon would.</exception>
    /// <exception cref="DaemonException">It runs but cannot be talked to.</exception>
    public async Task<ControlResponse?> AskAsync(ControlRequest request, CancellationToken cancellation)
    {
        var answer = await ControlClient.AskAsync(Socket, request, cancellation)
            ?? await AskWhoWorksAsync(request, cancellation);
        if (answer is null && _isGuess)
            throw new CommandException(
                $"{_read.Errors[0]}; nobody answers on {Socket}, the default; --socket PATH names the daemon's",
                ExitCode.Usage);
        // A reload lists the mistakes itself.
        if (answer is not null && request.Command is not ("reload" or ControlRequest.ReloadPlan)) TellMistakes();
        return answer;
    }

    /// <summary>Null where no daemon works on the switch. One that does begins or ends just now, or has another socket
    /// than the file tells: an order that it does not hear must not look as if it were carried out.</summary>
    private async Task<ControlResponse?> AskWhoWorksAsync(ControlRequest request, CancellationToken cancellation)
    {
        var eapi = _read.Readable?.Eapi ?? new EapiOptions();
        var began = TimeProvider.System.GetTimestamp();
        while (SwitchClaim.HolderOf(eapi) is { } holder)
        {
            if (TimeProvider.System.GetElapsedTime(began) > s_patience)
                throw new CommandException(
                    $"{holder} works on this switch and does not answer on {Printable.Of(Socket)}; "
                    + "--socket PATH names its control socket", ExitCode.NoAnswer);
            await Task.Delay(s_look, cancellation);
            if (await ControlClient.AskAsync(Socket, request, cancellation) is { } answer) return answer;
        }
        return null;
    }

    /// <summary>Says once that the file has mistakes and how the command has helped itself.</summary>
    public void TellMistakes()
    {
        if (_isNamed || _isTold || _read.Config is not null) return;
        _isTold = true;
        Console.Error.WriteLine($"assist: warning: {_file} has mistakes, which `assist check` lists; "
            + $"the control socket is {Printable.Of(Socket)}{(_isGuess ? ", the default" : "")}");
    }

    /// <summary>The configuration without a mistake in it, for what the daemon cannot do.</summary>
    /// <exception cref="CommandException">It has mistakes.</exception>
    public AssistConfig ConfigOrFail() => SharedOptions.OrFail(_read);

    /// <summary>What can be read of the configuration, for what must be done whatever is wrong with it.</summary>
    /// <exception cref="CommandException">Nothing can.</exception>
    public AssistConfig ReadableOrFail() => _read.Readable ?? ConfigOrFail();

    /// <summary>The same for an order that nobody takes now, and says so.</summary>
    /// <exception cref="CommandException">Nothing can be read.</exception>
    public AssistConfig ForNextStartOrFail()
    {
        var config = ReadableOrFail();
        TellMistakes();
        Console.Error.WriteLine("assist: the daemon is not running; this applies at its next start");
        return config;
    }
}
