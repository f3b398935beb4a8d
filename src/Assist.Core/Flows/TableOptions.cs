namespace Assist.Flows;

/// <summary>Bounds of the flow table.</summary>
public sealed record TableOptions
{
    /// <summary>Entries we may hold on the switch, static ones included. The default is a Trident2's table as the
    /// original documents it (about 1,500); a Trident+ has about half.</summary>
    public int Capacity { get; init; } = 1500;

    /// <summary>Entries of the capacity that only drops may take.</summary>
    public int ReservedForDrops { get; init; } = 150;

    /// <summary>The same verdict again within this time changes nothing.</summary>
    public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the switch's table is read and compared.</summary>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromMinutes(1);
}
