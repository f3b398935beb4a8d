using Spectre.Console;

namespace Assist.LiveView;

/// <summary>Styles by meaning. Whatever has one is also told in words or by a mark, for terminals without
/// colours.</summary>
internal static class Look
{
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Faint = new(Color.Grey);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red, decoration: Decoration.Bold);
    public static readonly Style Titles = new(decoration: Decoration.Bold | Decoration.Underline);
    public static readonly Style Chosen = new(decoration: Decoration.Invert);
    private static readonly Style s_drop = new(Color.Red);
    private static readonly Style s_redirect = new(Color.Blue);

    public static Style OfAction(string action) => action switch
    {
        "drop" => s_drop,
        "bypass" => Good,
        "redirect" => s_redirect,
        _ => Style.Plain,
    };

    public static Style OfState(string state) => state switch
    {
        "programmed" => Style.Plain,
        "requested" or "pending" => Warning,
        "rejected" => Bad,
        _ => Faint,
    };

    /// <summary>What a state looks like in one column.</summary>
    public static string MarkOf(string state) => state switch
    {
        "programmed" => "+",
        "requested" => ".",
        "pending" => "?",
        "rejected" => "!",
        _ => " ",
    };
}
