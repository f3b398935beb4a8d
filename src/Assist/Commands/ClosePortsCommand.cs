using System.CommandLine;
using Assist.Daemon;

namespace Assist.Commands;

/// <summary>`assist close-ports`: removes what a daemon that could not tidy up left open in the packet
/// filter.</summary>
internal static class ClosePortsCommand
{
    public static Command Create()
    {
        var command = new Command(
            "close-ports", "Removes the packet-filter rules that control.open_ports has added");
        command.Aliases.Add("close_ports");
        command.SetAction(async (_, cancellation) =>
        {
            var closed = await PortOpenings.CloseAllAsync(cancellation);
            Console.WriteLine(closed == 0 ? "nothing to close" : $"{closed} openings closed");
            return ExitCode.Ok;
        });
        return command;
    }
}
