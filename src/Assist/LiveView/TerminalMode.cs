using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Assist.LiveView;

/// <summary>How the terminal passes keys on: at once and unseen, while a screen is shown. The console of .NET does so
/// only while it reads a key, so that what is typed meanwhile would be seen.</summary>
internal sealed partial class TerminalMode
{
    private const int Input = 0;
    private const int AfterOutput = 1;        // TCSADRAIN
    private const int LocalFlags = 12;        // offset of c_lflag in struct termios
    private const int ControlCharacters = 17; // of c_cc
    private const int Least = 6;              // VMIN
    private const int Patience = 5;           // VTIME
    private const uint Lines = 0x2;           // ICANON
    private const uint Echo = 0x8;            // ECHO

    // struct termios of Linux has 60 bytes.
    private readonly byte[] _found = new byte[128];
    private bool _isFound;

    /// <summary>True where keys come as they should: somebody else may have set the mode, as .NET does when the
    /// process goes on after a stop.</summary>
    public bool HasKeys
    {
        get
        {
            var now = new byte[_found.Length];
            return !_isFound || Get(Input, now) != 0 || (FlagsOf(now) & (Lines | Echo)) == 0;
        }
    }

    public void TakeKeys()
    {
        if (!_isFound && Get(Input, _found) != 0) return;
        _isFound = true;
        var wanted = (byte[])_found.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(
            wanted.AsSpan(LocalFlags), FlagsOf(wanted) & ~(Lines | Echo));
        (wanted[ControlCharacters + Least], wanted[ControlCharacters + Patience]) = (1, 0);
        _ = Set(Input, AfterOutput, wanted);
    }

    public void Restore()
    {
        if (_isFound) _ = Set(Input, AfterOutput, _found);
    }

    private static uint FlagsOf(byte[] mode) =>
        BinaryPrimitives.ReadUInt32LittleEndian(mode.AsSpan(LocalFlags));

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int Get(int file, [Out] byte[] mode);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int Set(int file, int when, byte[] mode);
}

/// <summary>Reads keys on a thread of its own.</summary>
internal sealed partial class Keyboard : IDisposable
{
    private const int Input = 0;
    private const short Readable = 1; // POLLIN
    private const int LookMs = 100;
    private const int MostBytes = 1024;

    private readonly Action _looked;
    private readonly Action<KeyPress> _pressed;
    private readonly Action _gone;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <param name="looked">Called on that thread some times a second.</param>
    /// <param name="pressed">Called on that thread.</param>
    /// <param name="gone">Called once where no more keys can come.</param>
    public Keyboard(Action looked, Action<KeyPress> pressed, Action gone)
    {
        (_looked, _pressed, _gone) = (looked, pressed, gone);
        _thread = new Thread(Read) { Name = "keys", IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
    }

    private void Read()
    {
        var buffer = new byte[MostBytes];
        while (!_isStopping)
        {
            _looked();
            var input = new PollDescriptor { File = Input, Wanted = Readable };
            if (Poll(ref input, 1, LookMs) <= 0) continue;
            var read = Read(Input, buffer, MostBytes);
            if (read <= 0) break;
            foreach (var key in KeyPress.Read(buffer[..(int)read])) _pressed(key);
        }
        if (!_isStopping) _gone();
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, [Out] byte[] buffer, nuint count);

    // struct pollfd
    private struct PollDescriptor
    {
        public int File;
        public short Wanted;
        public short Returned;
    }
}
