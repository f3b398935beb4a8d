using Assist.Addresses;
using Assist.Guards;

namespace Assist.Daemon;

/// <summary>What no drop may touch at this moment: configured, allowed for a time, learnt from the switch.</summary>
internal sealed class ProtectedNow(RunningConfiguration running, ChangingAddresses allowed, ChangingAddresses learnt)
{
    public bool Has(IpAddr address) => address.IsKnown
        && (running.Config.NeverDrop.Contains(address) || allowed.Now?.Contains(address) == true
            || (running.Config.Protect.Learn.IsOn && learnt.Now?.Contains(address) == true));
}
