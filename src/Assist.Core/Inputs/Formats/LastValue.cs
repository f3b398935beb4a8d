using System.Runtime.CompilerServices;

namespace Assist.Inputs.Formats;

/// <summary>What a text meant the last time. A firewall's logs share most of their columns with the log before, and
/// to compare them costs a fraction of reading them. Used by one thread.</summary>
/// <param name="longest">Bytes; a longer text is not remembered.</param>
internal sealed class LastValue<T>(int longest)
{
    private readonly byte[] _text = new byte[longest];

    // An empty text says nothing about what it stands for, and is never remembered.
    private int _length;
    private T? _meaning;

    /// <summary>True where it is the text that was noted last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRecall(ReadOnlySpan<byte> text, out T? meaning)
    {
        meaning = _meaning;
        return _length > 0 && text.Length == _length && text.SequenceEqual(_text.AsSpan(0, _length));
    }

    /// <summary>True where the text begins with the one that was noted last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRecallBeginning(ReadOnlySpan<byte> text, out T? meaning)
    {
        meaning = _meaning;
        return _length > 0 && text.StartsWith(_text.AsSpan(0, _length));
    }

    public void Note(ReadOnlySpan<byte> text, T meaning)
    {
        if (text.Length > longest) return;
        text.CopyTo(_text);
        (_length, _meaning) = (text.Length, meaning);
    }
}
