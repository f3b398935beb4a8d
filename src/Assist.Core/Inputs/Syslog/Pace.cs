namespace Assist.Inputs.Syslog;

/// <summary>Tells a receiving thread when to let messages gather for a millisecond. Waking up costs more than reading:
/// at 20,000 messages a second this takes a quarter of the processor time. A message that comes alone is handled at
/// once, because the rest comes after the work, and below a thousand a second there is nothing to gain.</summary>
internal sealed class Pace
{
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    private const int BusyPerSecond = 1000;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private TimeSpan _secondBegan;
    private int _messages;
    private bool _wasBusy;

    /// <summary>Notes what has just been received; true if the last second was a busy one.</summary>
    public bool IsBusy(int messages, TimeSpan now)
    {
        _messages += messages;
        var busy = _messages > BusyPerSecond;
        var age = now - _secondBegan;
        if (age >= s_second)
        {
            _wasBusy = busy && age < 2 * s_second;
            busy = false;
            _messages = 0;
            _secondBegan = now;
        }
        return busy || _wasBusy;
    }
}
