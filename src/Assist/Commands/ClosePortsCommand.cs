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
            var (closed, faults) = await PortOpenings.CloseAllAsync(cancellation);
            if (closed > 0) Console.WriteLine(closed == 1 ? "1 opening closed" : $"{closed} openings closed");
            else if (faults.Count == 0) Console.WriteLine("nothing to close");
            return faults.Count == 0 ? ExitCode.Ok
                : throw new CommandException(string.Join("; ", faults), ExitCode.Failed);
        });
        return command;
    }
}
