using Assist.Addresses;
using Assist.Control;
using Assist.Guards;
using Assist.State;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>What an operator allows for a time: at once in the guards, then in the file that outlives the
/// daemon.</summary>
internal sealed partial class AllowanceControl(
    AllowanceFile file, TimeProvider time, ILogger<AllowanceControl> log)
{
    /// <summary>Each drop is compared with all of them.</summary>
    public const int Most = 256;

    private readonly Lock _gate = new();
    private readonly Lock _writing = new();

    // Guarded by the gate.
    private Kept[] _kept = [];
    private volatile IReadOnlyList<Allowance> _current = [];
    private volatile string? _fault;

    /// <summary>What the guards ask.</summary>
    public ChangingAddresses Addresses { get; } = new(ProtectedSet.Empty);

    /// <summary>In the order in which they were given.</summary>
    public IReadOnlyList<Allowance> Current => _current;

    /// <summary>Why the file does not say what is so; null where it does.</summary>
    public string? Fault => _fault;

    /// <summary>Takes over those of an earlier run, before the table has an owner: a drop that one of them forbids is
    /// then not taken over from the switch.</summary>
    public void Restore()
    {
        try
        {
            var now = time.GetUtcNow();
            Replace(_ => [.. file.Read().Select(allowance => KeptOf(allowance, now)).OfType<Kept>().Take(Most)]);
            foreach (var allowance in _current) StillAllowed(log, allowance);
        }
        catch (StateFileException e)
        {
            _fault = e.Message;
            NotRestored(log, e.Message);
        }
    }

    /// <summary>In force when this returns; replaces one for the same addresses. False where there are too many.
    /// </summary>
    public bool Allow(Allowance allowance)
    {
        var added = KeptOf(allowance, time.GetUtcNow())
            ?? throw new ArgumentException($"{allowance.Address} is no prefix", nameof(allowance));
        var hasRoom = Replace(kept =>
        {
            Kept[] others = [.. kept.Where(each => each.Prefix != added.Prefix)];
            return others.Length < Most ? [.. others, added] : kept;
        }).Contains(added);
        if (!hasRoom) return false;
        Allowed(log, allowance);
        Write();
        return true;
    }

    /// <summary>False where there is none for exactly these addresses.</summary>
    public bool End(IpPrefix prefix, Caller by)
    {
        var ended = EndWhere(kept => kept.Prefix == prefix);
        foreach (var allowance in ended) Ended(log, allowance.Address, $"{by}");
        return ended.Count > 0;
    }

    /// <summary>What has ended.</summary>
    public IReadOnlyList<Allowance> EndWhatIsOver()
    {
        var ended = EndWhere(kept => kept.Term.IsOver(time));
        foreach (var allowance in ended) Ended(log, allowance.Address, "its time");
        return ended;
    }

    private List<Allowance> EndWhere(Predicate<Kept> isMeant)
    {
        List<Allowance> ended = [];
        Replace(kept =>
        {
            var left = Array.FindAll(kept, each => !isMeant(each));
            ended.AddRange(kept.Except(left).Select(each => each.Allowance));
            return ended.Count > 0 ? left : kept;
        });
        if (ended.Count > 0) Write();
        return ended;
    }

    private Kept[] Replace(Func<Kept[], Kept[]> change)
    {
        lock (_gate)
        {
            var next = change(_kept);
            if (next == _kept) return next;
            _kept = next;
            _current = [.. next.Select(kept => kept.Allowance)];
            Addresses.Now = new ProtectedSet(next.Select(kept => kept.Prefix));
            return next;
        }
    }

    // What is in force when it is written, whoever writes it.
    private void Write()
    {
        lock (_writing)
        {
            try
            {
                file.Write(_current);
                _fault = null;
            }
            catch (StateFileException e)
            {
                _fault = e.Message;
                NotKept(log, e.Message);
            }
        }
    }

    private Kept? KeptOf(Allowance allowance, DateTimeOffset now)
    {
        var left = allowance.Left(now);
        return left > TimeSpan.Zero && IpPrefix.TryParse(allowance.Address, out var prefix)
            ? new Kept(allowance, prefix, Term.From(time, left)) : null;
    }

    private sealed record Kept(Allowance Allowance, IpPrefix Prefix, Term Term);

    [LoggerMessage(EventId = 700, Level = LogLevel.Warning, Message = "{Allowance}")]
    private static partial void Allowed(ILogger log, Allowance allowance);

    [LoggerMessage(EventId = 701, Level = LogLevel.Warning, Message = "still {Allowance}")]
    private static partial void StillAllowed(ILogger log, Allowance allowance);

    [LoggerMessage(EventId = 702, Level = LogLevel.Warning, Message =
        "{Address} may be dropped again; the allowance was ended by {By}")]
    private static partial void Ended(ILogger log, string address, string by);

    [LoggerMessage(EventId = 703, Level = LogLevel.Error, Message =
        "a restart will not know which addresses are allowed: {Reason}")]
    private static partial void NotKept(ILogger log, string reason);

    [LoggerMessage(EventId = 704, Level = LogLevel.Error, Message =
        "addresses that an operator allowed may be dropped again: {Reason}")]
    private static partial void NotRestored(ILogger log, string reason);
}

/// <summary>What an operator allows is kept.</summary>
internal sealed class AllowanceCheck(AllowanceControl allowances) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (allowances.Fault is { } fault)
            yield return Finding.Problem(HealthKind.AllowancesNotKept,
                $"a restart will not know which addresses `assist allow` named: {fault}");
    }
}
