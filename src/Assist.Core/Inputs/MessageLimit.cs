namespace Assist.Inputs;

/// <summary>What the receivers and the formats must agree on.</summary>
internal static class MessageLimit
{
    /// <summary>Longest message in bytes. A receiver hands over the beginning of what is longer, and a format takes a
    /// message of that length for cut.</summary>
    public const int Bytes = 65_536;
}
