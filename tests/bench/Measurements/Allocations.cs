using Assist.Bench.Machine;
using Assist.Tests;

namespace Assist.Bench.Measurements;

/// <summary>Bytes allocated from the bytes of a message to its decision, once the code is warm.</summary>
internal static class Allocations
{
    private const int Messages = 20_000;

    public static Task MeasureAsync(Bed bed, Scale scale, Figures figures)
    {
        figures.Add("allocated.shipped", ForEach(BenchRules.Shipped));
        figures.Add("allocated.regex", ForEach(BenchRules.Of(50)));
        return Task.CompletedTask;
    }

    private static double ForEach(string rules)
    {
        var pipeline = new Pipeline(rules);
        return (double)Allocation.OfCheapest(() =>
        {
            for (var i = 0; i < Messages; i++) pipeline.Handle();
        }) / Messages;
    }
}
