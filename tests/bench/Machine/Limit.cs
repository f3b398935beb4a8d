using System.Globalization;

namespace Assist.Bench.Machine;

/// <summary>What a receiver in C does with a message: count it, or read all of it, splitting its columns in one pass or
/// with one <c>memchr</c> for each.</summary>
internal enum Work { Count, Parse, Memchr }

/// <summary>A receiver in C that blocks, see native/limit.c.</summary>
internal sealed class Limit(Work work, Child process, int port) : Receiver($"C {work}", process, port, port)
{
    /// <summary>Ends it and compares what it has read with what was sent.</summary>
    /// <exception cref="InvalidOperationException">It has not done its work.</exception>
    public async Task CheckAsync()
    {
        UntilSettled();
        Process.Signal(Child.SigTerm);
        var printed = (await Process.ReadToEndAsync()).Trim();
        var words = printed.Split(' ');
        var read = words.SkipLast(1).Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToList();
        var sum = ulong.Parse(words[^1], CultureInfo.InvariantCulture);
        var isRight = HasReceived(read[0]) && (work == Work.Count || HasRead(read[0], read[1], read[2], read[3], sum));
        if (!isRight) throw new InvalidOperationException($"{Name} read {printed} of {SentSoFar}");
    }

    // A machine that has too much to do loses some before they reach the socket, where nobody counts them.
    private bool HasReceived(long messages) =>
        messages <= SentSoFar.Messages && messages >= SentSoFar.Messages * 0.98;

    // With none lost, exactly; else by the mean of what it has read in a message.
    private bool HasRead(long messages, long denied, long matches, long repeats, ulong sum)
    {
        var sent = SentSoFar;
        if (matches < 1 || repeats > denied - matches) return false;
        if (messages == sent.Messages) return denied == sent.Denied && sum == sent.Sum;
        var mean = (double)sent.Sum / sent.Messages;
        var lost = sent.Messages - messages;
        return denied >= sent.Denied - lost && Math.Abs((double)sum / messages - mean) < mean / 1000;
    }
}
