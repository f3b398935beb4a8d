namespace Assist.Flows;

/// <summary>How much of the table drops may take. The defaults keep a scan or a flood of forged logs from filling a
/// table of any size.</summary>
public sealed record DropLimits
{
    /// <summary>Nothing but the room in the table limits drops.</summary>
    public static DropLimits None { get; } = new()
    {
        PerSource = 0,
        PortsPerPair = 0,
        DenialShare = 100,
        BypassFloor = 0,
        ReplacesIdle = false,
        AsksForRepeat = false,
        PerMinute = 0,
        PerRule = 0,
        PerSender = 0,
        OneAddress = 0,
    };

    /// <summary>Entries that the drops of one source may hold; 0 does not limit them. 32 is more than a host that is
    /// denied by mistake or a worm's victim list of one minute needs, and a hundredth of a common table.</summary>
    public int PerSource { get; init; } = 32;

    /// <summary>Denials of single ports that two addresses may hold; one more makes them one entry for the pair. 0 does
    /// not limit them. A scan tries more ports than 8; a host that is configured wrongly hardly does.</summary>
    public int PortsPerPair { get; init; } = 8;

    /// <summary>False where the table never learns which sessions are allowed: then the ports of a pair do not become
    /// one entry, which could drop what the firewall allows.</summary>
    public bool MergesPorts { get; init; } = true;

    /// <summary>Percent of the limit, 1 to 100, that denials may take. A half leaves a flood of distinct sources no way
    /// to what threats and bypasses need.</summary>
    public int DenialShare { get; init; } = 50;

    /// <summary>Entries of bypasses that drops never displace; null is a quarter of the limit.</summary>
    public int? BypassFloor { get; init; }

    /// <summary>A denial that has counted no packet over a whole measurement gives way to another drop.</summary>
    public bool ReplacesIdle { get; init; } = true;

    /// <summary>While denials hold more than half of their share, one is taken only if it repeats within a minute: an
    /// entry helps only against what goes on.</summary>
    public bool AsksForRepeat { get; init; } = true;

    /// <summary>Drops that may begin within a minute; 0 does not limit them, as in the next three. Two thirds of a
    /// common table: more is no policy at work but a mistake or an attack.</summary>
    public int PerMinute { get; init; } = 1000;

    /// <summary>The same for one rule, so that a bad one leaves room for the others.</summary>
    public int PerRule { get; init; } = 800;

    /// <summary>The same for the logs of one sender.</summary>
    public int PerSender { get; init; } = 1000;

    /// <summary>Drops at a time that match one address only: each cuts a whole host off.</summary>
    public int OneAddress { get; init; } = 64;
}
