using Assist.Flows;
using Assist.Targets;
using static Assist.Tests.Flows.Given;

namespace Assist.Tests.Flows;

/// <summary>Thousands of random steps of operator, firewall, clock and a switch that refuses, loses and answers late. The
/// reference model knows of each flow only until when its last verdict may act.</summary>
public sealed class FlowTableModelTests
{
    private const int Steps = 4000;
    private const int Capacity = 24;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Table_and_switch_agree_after_any_history(int seed) => new Run(seed).Play();

    private sealed class Run
    {
        private readonly Random _random;
        private readonly FlowTable _table = new(new TableOptions { Capacity = Capacity, ReservedForDrops = 4 }, Planner);
        private readonly MemorySwitch _switch = new() { Capacity = Capacity };
        private readonly Dictionary<(FlowAction, FlowMatch), TimeSpan> _mayActUntil = [];
        private readonly string[] _othersNames;
        private ChangeSet? _inFlight;
        private TimeSpan _now = At(1000);

        public Run(int seed)
        {
            _random = new Random(seed);
            foreach (var entry in StaticFlows.For(Wiring)) _switch.Add(entry);
            _switch.Add(StaticFlows.For(Wiring)[0] with { Name = "MSS_1" });
            _switch.Add(Planner.Plan(Drop())[0] with { Name = "DROP_of_the_original", Timeouts = default });
            _othersNames = [.. _switch.Names];
            _table.Observed(_switch.Read(), _now);
        }

        public void Play()
        {
            for (var step = 0; step < Steps; step++)
            {
                Step(_random.Next(100));
                Check();
                if (step % 200 == 199) Quiesce();
            }
        }

        private void Step(int dice)
        {
            switch (dice)
            {
                case < 40: Offer(); break;
                case < 50: Advance(_random.Next(1, 30)); break;
                case < 65: Take(); break;
                case < 80: Answer(); break;
                case < 84: _switch.Program(); break;
                case < 92: Read(); break;
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
                _ => Drop(host, hard),
            };
            _table.Offer(verdict, _now);
            var until = _now + At(verdict.Timeouts.Hard);
            var key = Key(verdict.Flow);
            if (!_mayActUntil.TryGetValue(key, out var known) || until > known) _mayActUntil[key] = until;
        }

        private void Advance(int seconds)
        {
            _now += At(seconds);
            _switch.Now = _now;
            _table.Tick(_now);
        }

        private void Take() => _inFlight ??= _table.TakeChanges(_now);

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
            _switch.Apply([new FlowChange { Remove = [.. change.Install.Select(entry => entry.Name)] }]);
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

        private void Delete()
        {
            if (Any(_table.Flows) is not { } record) return;
            _table.Remove(record, _now);
            // A bypass of the other direction may stand on the same verdicts.
            if (!_table.Flows.Any(flow => Key(flow.Identity) == Key(record.Identity))) _mayActUntil.Remove(Key(record.Identity));
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
            var owned = Owned().ToList();
            Assert.Equal(owned.Count, owned.Distinct().Count());
            Assert.Subset(_switch.Names.ToHashSet(), _othersNames.ToHashSet());
            Assert.DoesNotContain(_switch.Removed, name => _othersNames.Contains(name));
            Assert.True(_table.Flows.Count <= 3 * Capacity);
            foreach (var flow in _table.Flows.Where(flow => flow.State != FlowState.Rejected))
                Assert.True(flow.ExpiresAt <= _mayActUntil[Key(flow.Identity)]);
        }

        /// <summary>The switch behaves for a while, then both sides hold the same.</summary>
        private void Quiesce()
        {
            if (_inFlight is { } set) _table.NotSent(set);
            _inFlight = null;
            for (var round = 0; round < 20; round++)
            {
                // Past the time an entry may take to be programmed.
                Advance(11);
                while (_table.TakeChanges(_now) is { } changes)
                {
                    _switch.Apply(changes.Changes.Select(planned => planned.Change));
                    _table.Applied(changes, [.. changes.Changes.Select(_ => new ChangeResult(ChangeStatus.Accepted))], _now);
                }
                _switch.Program();
                _table.Observed(_switch.Read(), _now);
                Check();
                if (!_table.HasRemovals && !_table.HasChanges && !_table.AwaitsReadBack) break;
            }
            Assert.Equal(Owned().Order(StringComparer.Ordinal), _switch.Names.Except(_othersNames).Order(StringComparer.Ordinal));
            Assert.All(_table.Flows, flow => Assert.True(flow.State is FlowState.Programmed or FlowState.Rejected));
        }

        private IEnumerable<string> Owned() => _table.Flows.Where(flow => flow.State != FlowState.Rejected)
            .SelectMany(flow => flow.Entries).Select(entry => entry.Name);

        private static (FlowAction, FlowMatch) Key(in FlowIdentity flow) => (flow.Action, flow.Match);
    }
}
