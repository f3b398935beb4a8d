using Assist.Telemetry;

namespace Assist.Tests.Telemetry;

public sealed class TopKeysTests
{
    [Fact]
    public void Sums_are_exact_while_every_key_has_a_place()
    {
        var top = new TopKeys<int>(8);
        for (var i = 0; i < 80; i++) top.Add(i % 8, i % 8);

        Assert.Equal(0, top.Error);
        Assert.Equal(Enumerable.Range(0, 8).Select(key => (key, (long)key * 10)),
            top.Sums().Select(sum => (sum.Key, sum.Value)).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_sum_is_off_by_more_than_it_says_and_no_large_one_is_missed(int seed)
    {
        var random = new Random(seed);
        var (top, exact) = (new TopKeys<int>(16), new Dictionary<int, long>());
        for (var i = 0; i < 5000; i++)
        {
            // Few keys have most, as it is in networks.
            var (key, amount) = ((int)Math.Pow(random.NextDouble() * 10, 3), random.Next(1, 100));
            top.Add(key, amount);
            exact[key] = exact.GetValueOrDefault(key) + amount;
        }
        var told = top.Sums().ToDictionary();

        Assert.True(exact.Count > 16);
        Assert.Equal(16, told.Count);
        Assert.True(top.Error <= exact.Values.Sum() / 16);
        Assert.All(exact, pair =>
            Assert.InRange(told.GetValueOrDefault(pair.Key) - pair.Value, -top.Error, top.Error));
        Assert.All(exact.Where(pair => pair.Value > top.Error), pair => Assert.Contains(pair.Key, told));
    }
}
