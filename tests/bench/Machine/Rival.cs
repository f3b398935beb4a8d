using System.Diagnostics;
using Assist.Configuration;

namespace Assist.Bench.Machine;

/// <summary>How a rival finds the denied logs: in the columns of every log, as we do, or by a piece of text in the raw
/// message, which spares it the parsing of all others.</summary>
internal enum Search { Columns, Text }

/// <summary>rsyslog or syslog-ng. What it did counts only where it has written every log it was to find.</summary>
internal sealed class Rival(string name, Search search, Child process, int port, int tlsPort, string output)
    : Receiver(name, process, port, tlsPort)
{
    // rsyslog writes its last buffer after a second.
    private static readonly TimeSpan s_written = TimeSpan.FromSeconds(5);

    private long _counted;
    private long _lines;

    public Search Search => search;

    /// <summary>False where, after some seconds, its file has more or fewer new lines than denied logs were
    /// sent.</summary>
    public async Task<bool> HasWrittenAsync(long before, long denied)
    {
        var began = Stopwatch.GetTimestamp();
        while (Lines() - before < denied && Stopwatch.GetElapsedTime(began) < s_written) await Task.Delay(20);
        return Lines() - before == denied;
    }

    /// <summary>Lines in its file once nothing is added to it any more.</summary>
    public async Task<long> RestingLinesAsync()
    {
        var (lines, since) = (Lines(), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(1.5))
        {
            await Task.Delay(50);
            if (Lines() != lines) (lines, since) = (Lines(), Stopwatch.GetTimestamp());
        }
        return lines;
    }

    private long Lines()
    {
        if (!File.Exists(output)) return 0;
        using var file = new FileStream(output, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _counted;
        var buffer = new byte[1 << 16];
        for (int read; (read = file.Read(buffer)) > 0; _counted += read)
            _lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return _lines;
    }
}
