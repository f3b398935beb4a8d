using System.Text;

namespace Assist.Tests.Inputs.Formats.Properties;

/// <summary>A line and where its values stand, carried along while it is cut, changed and added to.</summary>
internal sealed class ChangedLine(byte[] bytes, SpelledTuple places)
{
    private static readonly byte[] s_hostile = "\0\n\r\t ,;|\"'\\=[]{}<>:./-_0123456789abcdefxTS\u00ff"u8.ToArray();

    private static readonly string[] s_columns =
        ["", "0", "new", "\"a,b\"", "\"", "192.0.2.77", "2001:db8::77", "TRAFFIC", "6", "tcp", "0x19", "51000"];

    private static readonly string[] s_pairs =
    [
        "new_key=1", "other=\"a b\"", "x=", "msg=\"src=198.51.100.66 proto=17\"", "=", "\"", "srcip=198.51.100.66", "dst=198.51.100.66", "dpt=1", "proto=17", "service=\"1\"",
        "sip=198.51.100.66", "network.client.ip=198.51.100.66", "dstPort=7", "src:\"198.51.100.66\"",
        "c6a2Label=Source IPv6 Address c6a2=2001:db8::66",
    ];


    public byte[] Bytes { get; private set; } = (byte[])bytes.Clone();

    /// <summary>Where each value begins now; -1 where the line has none.</summary>
    public int[] Starts { get; } = (int[])places.Starts.Clone();

    /// <summary>One change that may move columns, or two may undo each other: a column added, or a byte changed and perhaps
    /// the end or the beginning lost.</summary>
    public void Mutate(Random random)
    {
        switch (random.Next(8))
        {
            case 0: InsertColumn(random); return;
            case 1: Append(random); return;
            case 2: break;
            default: Change(random); break;
        }
        if (random.Next(4) == 0) Cut(random.Next(Bytes.Length + 1));
        if (random.Next(8) == 0) CutBeginning(random.Next(Bytes.Length + 1));
    }

    private void Cut(int length)
    {
        Bytes = Bytes[..length];
        for (var i = 0; i < Starts.Length; i++)
            if (Starts[i] > length) Starts[i] = -1;
    }

    private void CutBeginning(int count)
    {
        Bytes = Bytes[count..];
        for (var i = 0; i < Starts.Length; i++) Starts[i] = Math.Max(Starts[i] - count, -1);
    }

    private void Change(Random random)
    {
        if (Bytes.Length == 0) return;
        var at = random.Next(Bytes.Length);
        // Half of them where they hurt: at the values and their delimiters.
        if (random.Next(2) == 0 && Starts[random.Next(Starts.Length)] is >= 0 and var start)
            at = Math.Clamp(start - 3 + random.Next(24), 0, Bytes.Length - 1);
        Bytes[at] = random.Next(8) == 0 ? (byte)random.Next(256) : s_hostile[random.Next(s_hostile.Length)];
    }

    private void Append(Random random)
    {
        var more = new StringBuilder();
        for (var i = random.Next(1, random.Next(10) == 0 ? 400 : 4); i > 0; i--) more.Append(places.Separator).Append(Column(random));
        Bytes = [.. Bytes, .. Encoding.UTF8.GetBytes(more.ToString())];
    }

    /// <summary>Puts a column or a key where another one begins.</summary>
    private void InsertColumn(Random random)
    {
        var from = random.Next(Bytes.Length + 1);
        var boundary = Bytes.AsSpan(from).IndexOf((byte)places.Separator);
        if (boundary < 0) return;
        var at = from + boundary + 1;
        var piece = Encoding.UTF8.GetBytes(Column(random) + places.Separator);
        Bytes = [.. Bytes.AsSpan(0, at), .. piece, .. Bytes.AsSpan(at)];
        for (var i = 0; i < Starts.Length; i++)
            if (Starts[i] >= at) Starts[i] += piece.Length;
    }

    private string Column(Random random) =>
        places.Separator == ',' && random.Next(4) > 0 ? s_columns[random.Next(s_columns.Length)] : s_pairs[random.Next(s_pairs.Length)];
}
