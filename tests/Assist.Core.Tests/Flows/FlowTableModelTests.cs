using Assist.Flows;
using Assist.Outputs;
using Assist.Outputs.DirectFlow;
using Assist.Tests.Enforcement;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>100,000 random steps of operator, firewall, clock and a switch that refuses, loses, runs full and answers
/// late, then the switch behaves and both sides must hold the same. The reference model knows of each flow only until
/// when its last verdict may act. ASSIST_SEED sets the first seed, ASSIST_STEPS the steps of each of the four
/// runs.</summary>
public sealed class FlowTableModelTests(ITestOutputHelper output)
{
    private const int Capacity = 24;
    private const int PerSource = 3;
    private static readonly int s_steps = Setting("ASSIST_STEPS", 25_000);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Table_and_switch_agree_after_any_history(int run, bool switchEndsEntries)
    {
        var seed = Setting("ASSIST_SEED", 1) + run;
        output.WriteLine($"seed {seed}, {s_steps} steps");
        var history = new Run(seed, switchEndsEntries);
        try
        {
            history.Play();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, step {history.Step}: {e.Message}", e);
        }
    }

    private static int Setting(string variable, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var value) ? value : fallback;

    private sealed class Run
    {
        private readonly Random _random;
        private readonly FlowTable _table;
        private readonly MemorySwitch _switch = new() { Capacity = Capacity };
        private readonly Dictionary<(FlowAction, FlowMatch), TimeSpan> _mayActUntil = [];
        private readonly string[] _othersNames;
        private ChangeSet? _inFlight;
        private TimeSpan _now = At(1000);

        public Run(int seed, bool switchEndsEntries)
        {
            _random = new Random(seed);
            _table = new FlowTable(
                new TableOptions
                {
                    Capacity = Capacity,
                    ReservedForDrops = 4,
                    SwitchEndsEntries = switchEndsEntries,
                    Drops = new DropLimits
                    {
                        PerSource = PerSource,
                        PortsPerPair = 2,
                        DenialShare = 50,
                        AsksForRepeat = seed % 2 == 0,
                    },
                },
                Planner);
            foreach (var entry in StaticFlows.For(Wiring)) _switch.Add(entry);
            _switch.Add(StaticFlows.For(Wiring)[0] with { Name = "MSS_1" });
            _switch.Add(Planner.Plan(Drop())[0] with { Name = "DROP_of_the_original", Timeouts = default });
            _othersNames = [.. _switch.Names];
            _table.Observed(_switch.Read(), _now);
        }

        public void Play()
        {
            for (; Step < s_steps; Step++)
            {
                Take(_random.Next(100));
                Check();
                if (Step % 200 == 199) Quiesce();
            }
            if (s_steps >= 25_000) CheckLimitsWereMet();
        }

        public int Step { get; private set; }

        private void Take(int dice)
        {
            switch (dice)
            {
                case < 37: Offer(); break;
                case < 38: End(); break;
                case < 39: _switch.Capacity = _random.Next(10, Capacity + 1); break;
                case < 40: Count(); break;
                case < 50: Advance(_random.Next(1, 30)); break;
                case < 65: TakeChanges(); break;
                case < 80: Answer(); break;
                case < 84: _switch.Program(); break;
                case < 88: Read(); break;
                case < 92: Glance(); break;
                case < 95: Delete(); break;
                case < 97: Lose(); break;
                case < 98: Refuse(); break;
                default: _switch.Expire(keepsLines: _random.Next(2) == 0); break;
            }
        }

        private void Offer()
        {
            var host = _random.Next(1, 12);
            var hard = _random.Next(30, 400);
            var verdict = _random.Next(4) switch
            {
                0 => Redirect(host),
                1 => Bypass(host, (Placement)_random.Next(1, 4), hard),
                _ => Dropped(host, hard),
            };
            // What is denied loses its bypass at once, and gets none while the drop is there.
            if (verdict.Flow.Action == FlowAction.Drop && !_table.Flows.Any(flow => flow.Identity == verdict.Flow))
                _mayActUntil.Remove((FlowAction.Bypass, verdict.Flow.Match));
            _table.Offer(verdict, _now);
            Expect(verdict);
            if (verdict.Flow.Action == FlowAction.Drop) Expect(PortMerging.Merged(verdict));
        }

        private void Expect(in Verdict verdict)
        {
            var until = _now + At(verdict.Timeouts.Hard);
            var key = Key(verdict.Flow);
            if (!_mayActUntil.TryGetValue(key, out var known) || until > known) _mayActUntil[key] = until;
        }

        // Mostly of the port that bypasses have too, sometimes as in a scan, and some of them attacks.
        private Verdict Dropped(int host, int hard)
        {
            var match = Match(host);
            if (_random.Next(3) == 0)
                match = match with { SourcePort = 0, DestinationPort = (ushort)(444 + _random.Next(8)) };
            var drop = new FlowIdentity(FlowAction.Drop, match, Placement.Anywhere);
            return Verdict(drop, hard) with { IsThreat = _random.Next(4) == 0 };
        }

        private void End()
        {
            var session = Match(_random.Next(1, 12));
            _table.Retract(session, _now);
            _mayActUntil.Remove((FlowAction.Bypass, session));
        }

        private void Count()
        {
            foreach (var name in _switch.Names.Where(_ => _random.Next(2) == 0).ToList())
                _switch.Count(name, _random.Next(1, 100_000));
        }

        private void Advance(int seconds)
        {
            _now += At(seconds);
            _switch.Now = _now;
            _table.Tick(_now);
        }

        private void TakeChanges() => _inFlight ??= _table.TakeChanges(_now);

        private void Answer()
        {
            if (_inFlight is not { } set) return;
            _inFlight = null;
            if (_random.Next(8) == 0)
            {
                _table.NotSent(set);
                return;
            }
            _table.Applied(set, [.. set.Changes.Select(planned => Carry(planned.Change))], _now);
        }

        private ChangeResult Carry(FlowChange change)
        {
            var fate = _random.Next(20);
            if (fate == 0) return new ChangeResult(ChangeStatus.Unknown, "no answer");
            _switch.Apply([change]);
            if (fate == 1) return new ChangeResult(ChangeStatus.Unknown, "no answer");
            if (fate != 2) return new ChangeResult(ChangeStatus.Accepted);
            _switch.Apply([new FlowChange { Remove = [.. change.Install.Select(entry => entry.Key)] }]);
            return new ChangeResult(ChangeStatus.Rejected, "refused");
        }

        // As in the loop: never while a change is under way.
        private void Read()
        {
            if (_inFlight is not null) return;
            _switch.IsWhole = _random.Next(6) > 0;
            _table.Observed(_switch.Read(), _now);
            _switch.IsWhole = true;
        }

        private void Glance()
        {
            if (_inFlight is not null) return;
            var showsAll = _random.Next(2) == 0;
            _table.ObservedSome(showsAll
                ? _switch.Read() with { IsComplete = false }
                : _switch.ReadSome(_table.AwaitedKeys()), _now);
        }

        private void Delete()
        {
            if (Any(_table.Flows) is not { } record) return;
            _table.Remove(record, _now);
            // A bypass of the other direction may stand on the same verdicts.
            if (!_table.Flows.Any(flow => Key(flow.Identity) == Key(record.Identity)))
                _mayActUntil.Remove(Key(record.Identity));
        }

        private void Lose()
        {
            if (Any(_switch.Names.Except(_othersNames).ToList()) is { } name) _switch.Lose(name);
        }

        private void Refuse()
        {
            if (Any(_switch.Names.Except(_othersNames).ToList()) is { } name) _switch.Set(name, EntryStatus.Rejected);
        }

        private T? Any<T>(IReadOnlyCollection<T> items) where T : class =>
            items.Count == 0 ? null : items.ElementAt(_random.Next(items.Count));

        private void Check()
        {
            Assert.Equal(_table.Flows.Sum(flow => flow.Size), _table.Entries);
            Assert.True(_table.Entries + _table.Budget.Others <= Capacity);
            CheckShares();
            var owned = Owned().ToList();
            Assert.Equal(owned.Count, owned.Distinct().Count());
            Assert.Subset(_switch.Names.ToHashSet(), _othersNames.ToHashSet());
            Assert.DoesNotContain(_switch.Removed, name => _othersNames.Contains(name));
            Assert.True(_table.Flows.Count <= 3 * Capacity);
            foreach (var flow in _table.Flows.Where(flow => flow.State != FlowState.Rejected))
                Assert.True(flow.ExpiresAt <= _mayActUntil[Key(flow.Identity)]);
            Assert.All(_table.Flows.Where(flow => flow.Identity.Action == FlowAction.Bypass)
                .Select(flow => flow.Identity.Match), bypass =>
                Assert.True(_table.Bypassed.MayHave(bypass.Source) && _table.Bypassed.MayHave(bypass.Destination)));
            var dropped = _table.Flows.Where(
                flow => flow is { State: not FlowState.Rejected, Identity.Action: FlowAction.Drop })
                .Select(flow => flow.Identity.Match).ToHashSet();
            Assert.DoesNotContain(_table.Flows, flow =>
                flow is { State: not FlowState.Rejected, Identity.Action: FlowAction.Bypass }
                    && dropped.Contains(flow.Identity.Match));
        }

        private void CheckShares()
        {
            foreach (var kind in Enum.GetValues<FlowClass>())
                Assert.Equal(
                    _table.Flows.Where(flow => flow.Class == kind).Sum(flow => flow.Size), _table.Budget.Of(kind));
            Assert.True(_table.Budget.Of(FlowClass.Denial) <= Capacity / 2);
            Assert.All(
                _table.Flows.Where(flow => flow.Identity.Action == FlowAction.Drop)
                    .GroupBy(flow => flow.Identity.Match.Source),
                source => Assert.True(source.Sum(flow => flow.Size) <= PerSource));
            Assert.All(
                _table.Flows.Where(flow => flow.Verdict.IsMerged),
                merged => Assert.Equal(FlowClass.Denial, merged.Class));
        }

        private void CheckLimitsWereMet()
        {
            var refused = _table.Limits.Refused();
            var merged = _table.Ends.Count(FlowAction.Drop, FlowEnd.Merged);
            var perSource = refused(FlowLimit.PerSource);
            var denials = refused(FlowLimit.FirstOfItsKind) + refused(FlowLimit.DenialShare);
            Assert.True(merged > 0 && perSource > 0 && denials > 0, $"{merged} merged, {perSource}, {denials} refused");
        }

        /// <summary>The switch behaves for a while, then both sides hold the same.</summary>
        private void Quiesce()
        {
            _switch.Capacity = int.MaxValue;
            if (_inFlight is { } set) _table.NotSent(set);
            _inFlight = null;
            for (var round = 0; round < 20; round++)
            {
                // Past the time an entry may take to be programmed.
                Advance(11);
                while (_table.TakeChanges(_now) is { } changes)
                {
                    _switch.Apply(changes.Changes.Select(planned => planned.Change));
                    _table.Applied(
                        changes, [.. changes.Changes.Select(_ => new ChangeResult(ChangeStatus.Accepted))], _now);
                }
                _switch.Program();
                _table.Observed(_switch.Read(), _now);
                Check();
                if (!_table.HasRemovals && !_table.HasChanges && !_table.AwaitsReadBack) break;
            }
            Assert.Equal(Owned().Order(StringComparer.Ordinal),
                _switch.Names.Except(_othersNames).Order(StringComparer.Ordinal));
            Assert.All(_table.Flows, flow => Assert.True(flow.State is FlowState.Programmed or FlowState.Rejected));
        }

        private IEnumerable<string> Owned() => _table.Flows.Where(flow => flow.State != FlowState.Rejected)
            .SelectMany(flow => flow.Entries).Select(entry => entry.Key);

        private static (FlowAction, FlowMatch) Key(in FlowIdentity flow) => (flow.Action, flow.Match);
    }
}
