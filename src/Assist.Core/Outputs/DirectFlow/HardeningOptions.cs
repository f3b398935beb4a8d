namespace Assist.Outputs.DirectFlow;

/// <summary>What `setup` wants beside the static flows.</summary>
public sealed record HardeningOptions
{
    /// <summary>Storm-control levels on the ports towards the firewall: decimals from 0 to 100, in percent of the
    /// port's speed, checked when the configuration is read.</summary>
    public string StormControlBroadcast { get; init; } = "0.1";
    public string StormControlMulticast { get; init; } = "0.1";
}
