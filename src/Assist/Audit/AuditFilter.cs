using Assist.Addresses;

namespace Assist.Audit;

/// <summary>Which records; a part that is null does not restrict.</summary>
internal sealed record AuditFilter(DateTime Since, string? Address, string? Rule, string? User)
{
    public bool Includes(AuditRecord record) =>
        record.Time >= Since
        && (Rule is null || record.Rule == Rule)
        && (User is null || record.User == User || record.Login == User)
        && (Address is null || IsOf(record.Match?.Source) || IsOf(record.Match?.Destination)
            || IsNamedIn(record.Command));

    private bool IsOf(string? address) =>
        IpAddr.TryParse(address, out var one) && IpPrefix.TryParse(Address, out var prefix) && prefix.Contains(one);

    private bool IsNamedIn(string? command) =>
        command?.Split(' ').Any(word => word == Address || IsOf(word)) == true;
}
