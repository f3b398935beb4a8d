using Assist.Enforcement;

namespace Assist.Daemon;

/// <summary>The last view of the table, and for how long its loop has not turned; zero while it turns.</summary>
internal readonly record struct TableReading(TableView View, TimeSpan Silence)
{
    // The loop turns once a second at rest, and a machine under load may be late.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public static TableReading Of(FlowController controller)
    {
        var silence = controller.Now - controller.LastTurn;
        return new TableReading(controller.View, silence > s_patience ? silence : TimeSpan.Zero);
    }
}
