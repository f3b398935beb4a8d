namespace Assist.Outputs.Eapi;

/// <summary>One command of an eAPI request; <see cref="Input"/> answers what the command asks for.</summary>
public readonly record struct EapiCommand(string Text, string? Input = null)
{
    public static implicit operator EapiCommand(string text) => new(text);

    public override string ToString() => Text;
}
