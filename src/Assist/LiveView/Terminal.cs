using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;

namespace Assist.LiveView;

/// <summary>The terminal while a screen is shown on it: another buffer without a cursor, and keys that come as they are
/// pressed. Left as it was found, also when the program is ended or put aside by a signal.</summary>
internal sealed partial class Terminal : IDisposable
{
    private const int Stop = 19; // SIGSTOP

    private readonly Lock _gate = new();
    private readonly TextWriter _output = Console.Out;
    private readonly AnsiCapabilities _abilities;
    private readonly TerminalMode _mode = new();
    private readonly PosixSignalRegistration[] _signals;
    private readonly Action _changed;

    // Guarded by the gate: what each row shows.
    private string[] _shown = [];
    private bool _isOpen;

    /// <param name="changed">Called when the screen is to be drawn anew: after another size, or after having been put
    /// aside.</param>
    public Terminal(Action changed)
    {
        _changed = changed;
        // Of what detection finds, NO_COLOR (no-color.org) is the user's own word.
        var noColours = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        _abilities = AnsiCapabilities.Create(_output, new AnsiWriterSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = noColours ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        Open();
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Redraw()),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, signal =>
            {
                // The runtime does not stop the process of its own accord (tried with .NET 10).
                signal.Cancel = true;
                Close();
                _ = SendSignal(Environment.ProcessId, Stop);
            }),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ =>
            {
                Open();
                Redraw();
            }),
        ];
    }

    /// <summary>False where it shows letters only, as far as its locale says.</summary>
    public static bool IsUnicode { get; } = new[] { "LC_ALL", "LC_CTYPE", "LANG" }
        .Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is { } locale
            && locale.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase);

    /// <summary>In columns and rows.</summary>
    public static (int Width, int Height) Size
    {
        get
        {
            try
            {
                return (Math.Max(20, Console.WindowWidth), Math.Max(5, Console.WindowHeight));
            }
            catch (IOException)
            {
                return (80, 24);
            }
        }
    }

    /// <summary>Writes the rows that have changed, each in just the width that the terminal has.</summary>
    public void Draw(IReadOnlyList<Line> lines)
    {
        var rows = lines.Select(Rendered).ToArray();
        lock (_gate)
        {
            if (!_isOpen) return;
            var output = new StringBuilder();
            for (var row = 0; row < rows.Length; row++)
                if (row >= _shown.Length || _shown[row] != rows[row])
                    output.Append(CultureInfo.InvariantCulture, $"\x1b[{row + 1};1H{rows[row]}");
            _shown = rows;
            _output.Write(output);
            _output.Flush();
        }
    }

    /// <summary>Sees to it that keys come as they should; what has been typed meanwhile is on the screen.</summary>
    public void Keep()
    {
        lock (_gate)
        {
            if (!_isOpen || _mode.HasKeys) return;
            _mode.TakeKeys();
        }
        Redraw();
    }

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        Close();
    }

    private string Rendered(Line line)
    {
        using var text = new StringWriter();
        var writer = new AnsiWriter(text, _abilities);
        foreach (var (part, style) in line.Parts) writer.Write(part, style);
        return text.ToString();
    }

    private void Redraw()
    {
        lock (_gate) _shown = [];
        _changed();
    }

    private void Open()
    {
        lock (_gate)
        {
            if (!_isOpen) Say(writer => writer.EnterAltScreen().HideCursor().EraseInDisplay(2));
            _mode.TakeKeys();
            _isOpen = true;
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            if (_isOpen) Say(writer => writer.ShowCursor().ExitAltScreen());
            _mode.Restore();
            _isOpen = false;
        }
    }

    private void Say(Action<AnsiWriter> words)
    {
        words(new AnsiWriter(_output, _abilities));
        _output.Flush();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
