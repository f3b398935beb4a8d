using System.Collections;
using Assist.Addresses;

namespace Assist.Flows;

/// <summary>A set of addresses in 4 KiB, whatever their number. It may hold more than were added and never
/// fewer.</summary>
public sealed class AddressMarks
{
    private readonly BitArray _places = new(BypassedAddresses.Places);

    public void Add(in FlowMatch match)
    {
        if (match.Source.IsKnown) _places[BypassedAddresses.PlaceOf(match.Source)] = true;
        if (match.Destination.IsKnown) _places[BypassedAddresses.PlaceOf(match.Destination)] = true;
    }

    public bool MayHave(IpAddr address) => _places[BypassedAddresses.PlaceOf(address)];
}
