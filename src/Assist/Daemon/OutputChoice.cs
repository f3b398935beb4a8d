using Assist.Configuration;
using Assist.Outputs;
using Assist.Outputs.Eapi;
using Microsoft.Extensions.Logging;

namespace Assist.Daemon;

/// <summary>Settles switch.output: auto, once: a daemon never changes what holds its flows while it runs.</summary>
internal static partial class OutputChoice
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    /// <exception cref="DaemonException">The switch has nothing that holds flows, or does not answer within the time
    /// that is allowed at the start.</exception>
    public static async Task<AssistConfig> SettleAsync(
        AssistConfig config, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        if (config.Enforcement.Output != SwitchOutput.Auto) return config;
        using var eapi = new EapiClient(config.Eapi);
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                var settled = await SwitchTargets.SettledAsync(config, eapi, cancellation);
                if (SwitchTargets.IsTrafficPolicy(settled)) TakesPolicy(log);
                else TakesDirectFlow(log);
                return settled;
            }
            catch (TargetException e)
            {
                if (time.GetElapsedTime(start) >= config.Eapi.WaitAtStart) throw new DaemonException(e.Message, e);
            }
            await Task.Delay(s_retry, time, cancellation);
        }
    }

    [LoggerMessage(EventId = 606, Level = LogLevel.Information, Message =
        "switch.output: auto takes DirectFlow, because the switch has it")]
    private static partial void TakesDirectFlow(ILogger log);

    [LoggerMessage(EventId = 607, Level = LogLevel.Information, Message =
        "switch.output: auto takes a traffic policy, because the switch has no DirectFlow")]
    private static partial void TakesPolicy(ILogger log);
}
