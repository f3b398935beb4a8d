using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Assist.Addresses;
using Assist.Flows;

namespace Assist.State;

/// <summary>Drops that may come back, over a restart: a line for each, with the end of its lease by the wall clock,
/// because the monotonic clock does not outlive a reload of the switch.</summary>
internal sealed class EscalationFile(string stateDirectory)
{
    private const int Version = 1;

    // The longest line has some 120 bytes.
    private const int MaxBytes = 8 << 20;
    private const int MaxLevel = 1000;
    private const long MaxEnd = 253_402_300_799;   // the last second of DateTime
    private const byte Unknown = (byte)'-';

    private readonly StateFile _file =
        new(Path.Combine(stateDirectory, "escalation.state"), "escalation", Version, MaxBytes);

    /// <param name="utcNow">The wall clock's time at the monotonic time <paramref name="now"/>.</param>
    /// <exception cref="StateFileException">There is a file, and it is not usable.</exception>
    public IReadOnlyList<RememberedDrop> Read(DateTime utcNow, TimeSpan now)
    {
        if (_file.Read() is not { } body) return [];
        var drops = new List<RememberedDrop>();
        ReadOnlySpan<byte> rest = body;
        while (rest.Length > 0)
        {
            var line = Next(ref rest, (byte)'\n');
            if (Parse(line, utcNow, now) is not { } drop)
                throw _file.PutAside($"line {drops.Count + 1} is not one that assist wrote");
            drops.Add(drop);
        }
        return drops;
    }

    /// <exception cref="StateFileException">It could not be written.</exception>
    public void Write(IReadOnlyList<RememberedDrop> drops, DateTime utcNow, TimeSpan now)
    {
        var text = new StringBuilder();
        foreach (var (match, level, endsAt) in drops)
        {
            var end = Math.Max(0, new DateTimeOffset(utcNow + (endsAt - now)).ToUnixTimeSeconds());
            text.Append(CultureInfo.InvariantCulture, $"{level} {end} {match.Protocol.Number} ")
                .Append(CultureInfo.InvariantCulture, $"{Text(match.Source)} {match.SourcePort} {match.InVlan} ")
                .Append(CultureInfo.InvariantCulture, $"{Text(match.Destination)} ")
                .Append(CultureInfo.InvariantCulture, $"{match.DestinationPort} {match.OutVlan}\n");
        }
        _file.Write(Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <summary>For drops that are taken back while no daemon runs.</summary>
    /// <exception cref="StateFileException">The file is not usable or cannot be written.</exception>
    public void Forget(Func<FlowMatch, bool> isMeant, DateTime utcNow)
    {
        var drops = Read(utcNow, TimeSpan.Zero);
        var left = drops.Where(drop => !isMeant(drop.Match)).ToList();
        if (left.Count < drops.Count) Write(left, utcNow, TimeSpan.Zero);
    }

    private static string Text(IpAddr address) => address.IsKnown ? address.ToString() : "-";

    // LEVEL END PROTOCOL SOURCE PORT VLAN DESTINATION PORT VLAN
    private static RememberedDrop? Parse(ReadOnlySpan<byte> line, DateTime utcNow, TimeSpan now)
    {
        var isRead = TryNumber(ref line, MaxLevel, out var level)
            & TryNumber(ref line, MaxEnd, out var end)
            & TryNumber(ref line, byte.MaxValue, out var protocol)
            & TryEnd(ref line, out var source, out var sourcePort, out var inVlan)
            & TryEnd(ref line, out var destination, out var destinationPort, out var outVlan);
        if (!isRead || line.Length > 0) return null;
        var match = new FlowMatch
        {
            Source = source,
            Destination = destination,
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
            Protocol = new IpProtocol((byte)protocol),
            InVlan = inVlan,
            OutVlan = outVlan,
        };
        var left = DateTimeOffset.FromUnixTimeSeconds(end).UtcDateTime - utcNow;
        return new RememberedDrop(match, (int)level, now + left);
    }

    private static bool TryEnd(ref ReadOnlySpan<byte> line, out IpAddr address, out ushort port, out ushort vlan)
    {
        var word = Next(ref line, (byte)' ');
        address = default;
        var isRead = (word is [Unknown] || IpAddr.TryParse(word, out address))
            & TryNumber(ref line, ushort.MaxValue, out var portNumber)
            & TryNumber(ref line, ushort.MaxValue, out var vlanNumber);
        (port, vlan) = ((ushort)portNumber, (ushort)vlanNumber);
        return isRead;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> line, long max, out long number)
    {
        var word = Next(ref line, (byte)' ');
        return Utf8Parser.TryParse(word, out number, out var used) & used == word.Length & number >= 0 && number <= max;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest, byte separator)
    {
        var end = rest.IndexOf(separator);
        var part = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return part;
    }
}
