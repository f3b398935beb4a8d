namespace Assist.Configuration;

/// <summary>control: where commands reach the daemon, and who may ask it.</summary>
internal sealed class ControlReader(FilePaths paths, Diagnostics faults)
{
    // groupadd(8)
    private const int LongestName = 32;

    public ControlOptions Read(Section section)
    {
        var defaults = new ControlOptions();
        var read = new ControlOptions
        {
            Socket = paths.ToMake(section, "socket", "control.sock") ?? defaults.Socket,
            StateDirectory = paths.Resolve(section, "state_directory") ?? defaults.StateDirectory,
            ReadGroup = Group(section),
            OpenPorts = section.Flag("open_ports", false),
        };
        if (Path.GetDirectoryName(read.Socket) is "/tmp" or "/var/tmp")
            faults.Warn(
                section.Find("socket")!.Value.At, "control.socket: every user of this machine may write to "
                + $"{Path.GetDirectoryName(read.Socket)}, and could take the socket's place; use {defaults.Socket}");
        section.Done();
        return read;
    }

    private string? Group(Section section)
    {
        if (section.Scalar("read_group") is not { } value) return null;
        if (value.Text.Length is > 0 and <= LongestName
            && value.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')) return value.Text;
        faults.Error(
            value.At, $"control.read_group: \"{value.Text}\" is no name of a group; write one of /etc/group, or its "
            + "number");
        return null;
    }
}
