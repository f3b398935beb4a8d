using Assist.Addresses;

namespace Assist.Inputs.Datagrams;

/// <summary>Keeps one sender of datagrams from crowding out the others. Each has a budget of a second's worth that
/// fills at the rate of the configuration. It counts only while logs are being lost and more than one sender is
/// heard: a firewall under attack floods us for a good reason, and alone it may have all there is. Used by one
/// thread.</summary>
/// <param name="perSecond">0 sets no limit.</param>
internal sealed class SenderRates(int perSecond)
{
    // Firewalls are few. Where a whole prefix is trusted, the sender that has been silent longest is forgotten.
    private const int Capacity = 256;

    // How long a loss makes us careful, and how long a silent sender counts as one that others could crowd out.
    private static readonly TimeSpan s_shortage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_presence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_burst = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _cost = perSecond > 0 ? s_burst / perSecond : default;
    private readonly Budget[] _budgets = new Budget[Capacity];
    private int _count;
    private int _latest;
    private TimeSpan _shortUntil = TimeSpan.MinValue;

    /// <summary>Datagrams were dropped by the kernel, or verdicts shed.</summary>
    public void NoteLoss(TimeSpan now) => _shortUntil = now + s_shortage;

    /// <summary>Notes a datagram; false if it is more than its sender may send now.</summary>
    public bool Allows(IpAddr sender, TimeSpan now)
    {
        if (perSecond == 0) return true;
        ref var budget = ref BudgetOf(sender);
        budget.HeardAt = now;
        // Generic cell rate algorithm: when the budget would be full again, and what a datagram adds to that.
        if (budget.FullAt < now) budget.FullAt = now;
        if (budget.FullAt - now + _cost <= s_burst)
        {
            budget.FullAt += _cost;
            return true;
        }
        return now >= _shortUntil || !HasOthers(now);
    }

    private ref Budget BudgetOf(IpAddr sender)
    {
        if (_count > 0 && _budgets[_latest].Sender == sender) return ref _budgets[_latest];
        _latest = 0;
        while (_latest < _count && _budgets[_latest].Sender != sender) _latest++;
        if (_latest < _count) return ref _budgets[_latest];
        _latest = _count < Capacity ? _count++ : LongestSilent();
        _budgets[_latest] = new Budget { Sender = sender };
        return ref _budgets[_latest];
    }

    private int LongestSilent()
    {
        var longest = 0;
        for (var i = 1; i < Capacity; i++)
            if (_budgets[i].HeardAt < _budgets[longest].HeardAt) longest = i;
        return longest;
    }

    private bool HasOthers(TimeSpan now)
    {
        for (var i = 0; i < _count; i++)
            if (i != _latest && now - _budgets[i].HeardAt < s_presence) return true;
        return false;
    }

    private struct Budget
    {
        public IpAddr Sender;
        public TimeSpan HeardAt;
        public TimeSpan FullAt;
    }
}
