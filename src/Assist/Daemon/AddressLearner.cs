using Assist.Addresses;
using Assist.Configuration;
using Assist.Control;
using Assist.Guards;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Outputs.Eapi;
using Assist.State;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Learns which addresses the switch, and what it depends on, cannot do without. No drop is made before that
/// is known, and none that touches one of them. Used by one thread at a time; what it has learnt may be read by
/// any.</summary>
internal sealed partial class AddressLearner(
    EapiClient eapi, RunningConfiguration running, LearntFile file, TimeProvider time, ILogger<AddressLearner> log)
{
    // 6 requests an hour, and one more each time for every command that the switch does not know.
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _unknown = [];
    private volatile IReadOnlyList<LearntAddress> _current = [];
    private IReadOnlyList<LearntAddress>? _told;
    private volatile string? _fault;
    private LearnOptions? _askedFor;
    private TimeSpan? _askedAt;
    private TimeSpan? _learntAt;

    /// <summary>What the guards ask.</summary>
    public ChangingAddresses Learnt { get; } = new(null);

    /// <summary>By source.</summary>
    public IReadOnlyList<LearntAddress> Current => _current;

    /// <summary>Why no drop is made; null where what has to be protected is known, or nothing is to be
    /// learnt.</summary>
    public string? Missing => running.Config.Protect.Learn.IsOn && Learnt.Now is null
        ? _fault ?? "the switch has not been asked yet" : null;

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>The word of a source in protect.learn.</summary>
    public static string KeyOf(LearntSource source) =>
        ProtectReader.Sources.First(each => each.Source == source).Key;

    /// <summary>Logs what is protected where that is another set than the last one. Not before the daemon has
    /// started: one line tells why a start fails.</summary>
    public void Tell()
    {
        if (ReferenceEquals(_told, _current)) return;
        _told = _current;
        if (Learnt.Now is not null) Protects(log, _current.Count);
    }

    /// <summary>Takes over what an earlier run learnt, if that is recent.</summary>
    public void Restore()
    {
        var learn = running.Config.Protect.Learn;
        if (!learn.IsOn) return;
        try
        {
            if (file.Read() is not { } known) return;
            var age = time.GetUtcNow() - known.At;
            if (age < TimeSpan.Zero || age > learn.MaxAge) return;
            Publish([.. known.Addresses.SelectMany(Read).Where(each => learn.Sources.Contains(each.Source))]);
            _learntAt = Now - age;
        }
        catch (StateFileException e)
        {
            NotRestored(log, e.Message);
        }
    }

    /// <summary>Asks the switch if it is time to; true where what is protected is another set than before.</summary>
    public async Task<bool> LearnIfDueAsync(CancellationToken cancellation)
    {
        var learn = running.Config.Protect.Learn;
        var due = _fault is null ? s_interval : s_retry;
        if (_askedAt is { } asked && Now - asked < due && ReferenceEquals(learn, _askedFor)) return false;
        (_askedAt, _askedFor) = (Now, learn);
        var before = _current;
        if (learn.IsOn) await LearnAsync(learn, cancellation);
        else Forget();
        return !before.SequenceEqual(_current);
    }

    private async Task LearnAsync(LearnOptions learn, CancellationToken cancellation)
    {
        try
        {
            var config = running.Config;
            var told = await new SwitchAddresses(eapi, PortsOf(config.Topology))
                .ReadAsync(learn.Sources, Unknown, cancellation);
            Publish([.. told, .. learn.Sources.Contains(LearntSource.Senders) ? Senders(config) : []]);
            (_learntAt, _fault) = (Now, null);
            Write();
        }
        catch (TargetException e)
        {
            if (_fault is null) NotLearnt(log, e.Message);
            _fault = e.Message;
            if (_learntAt is { } learnt && Now - learnt > learn.MaxAge) Forget();
        }
    }

    private void Publish(IReadOnlyList<LearntAddress> learnt)
    {
        if (_current.SequenceEqual(learnt) && Learnt.Now is not null) return;
        Learnt.Now = new ProtectedSet(learnt.Select(each => each.Address).Distinct()
            .Select(address => new IpPrefix(address, address.Bits)));
        _current = learnt;
    }

    private void Forget() => (Learnt.Now, _current, _learntAt) = (null, [], null);

    // Said once: a release without it has nothing to say there.
    private void Unknown(string command)
    {
        if (_unknown.Add(command)) NotKnown(log, command);
    }

    private void Write()
    {
        try
        {
            file.Write(new LearntRecord(time.GetUtcNow(), [.. _current.Select(each =>
                new LearntEntry($"{each.Address}", KeyOf(each.Source)))]));
        }
        catch (StateFileException e)
        {
            NotKept(log, e.Message);
        }
    }

    private static IEnumerable<LearntAddress> Read(LearntEntry entry)
    {
        foreach (var (key, source) in ProtectReader.Sources)
            if (key == entry.Source && IpAddr.TryParse(entry.Address, out var address))
                yield return new LearntAddress(address, source);
    }

    private static IEnumerable<LearntAddress> Senders(AssistConfig config) =>
        config.Syslog.Senders.Where(prefix => prefix.IsSingle).Distinct()
            .Select(prefix => new LearntAddress(prefix.Address, LearntSource.Senders));

    private static IEnumerable<string> PortsOf(Topology topology) =>
        topology.A.FirewallPorts.Concat(topology.B.FirewallPorts).Where(port => port.Length > 0);

    [LoggerMessage(EventId = 720, Level = LogLevel.Information, Message =
        "{Count} addresses that the switch depends on are never dropped; `assist status --protected` lists them")]
    private static partial void Protects(ILogger log, int count);

    [LoggerMessage(EventId = 721, Level = LogLevel.Information, Message =
        "this switch does not know '{Command}', so nothing is learnt from it")]
    private static partial void NotKnown(ILogger log, string command);

    [LoggerMessage(EventId = 722, Level = LogLevel.Warning, Message =
        "the addresses that the switch depends on could not be read: {Reason}")]
    private static partial void NotLearnt(ILogger log, string reason);

    [LoggerMessage(EventId = 723, Level = LogLevel.Warning, Message =
        "a restart will not know the addresses that the switch depends on before it has asked: {Reason}")]
    private static partial void NotKept(ILogger log, string reason);

    [LoggerMessage(EventId = 724, Level = LogLevel.Warning, Message =
        "what an earlier run learnt from the switch is not known: {Reason}")]
    private static partial void NotRestored(ILogger log, string reason);
}

/// <summary>It is known what no drop may touch.</summary>
internal sealed class LearntCheck(AddressLearner addresses) : IHealthCheck
{
    public IEnumerable<Finding> Look(TableReading table)
    {
        if (addresses.Missing is { } reason)
            yield return Finding.Problem(HealthKind.ProtectedUnknown,
                $"no drop is made, because it is not known which addresses the switch depends on: {reason}");
    }
}
