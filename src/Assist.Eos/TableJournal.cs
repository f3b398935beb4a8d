using System.Globalization;

namespace Assist.Eos;

/// <summary>What happened in the hardware's table, for somebody who looks on from another process: a line for each
/// change, with the time, what it was, the name and the lines of the flow. It is up to date whenever the switch is
/// asked.</summary>
internal sealed class TableJournal(string path, TimeProvider clock) : IDisposable
{
    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };
    private readonly DateTimeOffset _poweredOn = clock.GetUtcNow();

    // Called under the lock of the switch.
    public void Append(TableChange change)
    {
        var time = (_poweredOn + change.At).ToString("O", CultureInfo.InvariantCulture);
        _file.WriteLine($"{time} {change.What} {change.Name} {string.Join(';', change.Lines)}".TrimEnd());
    }

    public void Dispose() => _file.Dispose();
}
