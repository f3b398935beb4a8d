using Assist.Configuration;
using Assist.Outputs.Eapi;

namespace Assist.Tests.Configuration;

/// <summary>protect.learn.</summary>
public sealed class ProtectTests
{
    [Fact]
    public void Everything_is_learnt_unless_the_file_says_less()
    {
        Assert.Equal(Enum.GetValues<LearntSource>().ToHashSet(), Loading.Config("").Protect.Learn.Sources);
        Assert.Equal(TimeSpan.FromDays(1), Loading.Config("protect: {learn: true}\n").Protect.Learn.MaxAge);
        Assert.False(Loading.Config("protect: {learn: false}\n").Protect.Learn.IsOn);
    }

    [Fact]
    public void Each_source_is_turned_off_by_its_key()
    {
        foreach (var (key, source) in ProtectReader.Sources)
            Assert.Equal(
                Enum.GetValues<LearntSource>().Where(other => other != source).ToHashSet(),
                Loading.Config("", $"protect.learn.{key}=false").Protect.Learn.Sources);
    }

    [Fact]
    public void An_entry_may_have_a_comment_and_an_end()
    {
        var protect = Loading.Config("protect:\n  never_drop:\n    - 10.0.0.1\n"
            + "    - {address: 10.0.1.0/24, comment: \"audit: ticket 4711\", until: \"2026-12-31T18:00+01:00\"}\n"
            + "    - {address: 10.0.2.1, until: 2026-12-31}\n").Protect;

        Assert.Equal([null, "audit: ticket 4711", null], protect.Named.Select(each => each.Comment));
        var end = new DateTimeOffset(2026, 12, 31, 18, 0, 0, TimeSpan.FromHours(1));
        Assert.Equal((null, end), (protect.Named[0].Until, protect.Named[1].Until));
        Assert.Equal(new DateTime(2027, 1, 1), protect.Named[2].Until!.Value.LocalDateTime);
        Assert.Same(protect, protect.At(end.AddSeconds(-1)));
        Assert.Equal(["10.0.0.1", "10.0.2.1"], protect.At(end).NeverDrop.Prefixes.Select(prefix => $"{prefix}"));
    }

    [Theory]
    [InlineData("{address: 10.0.0.1, until: tomorrow}", "protect.never_drop.0.until: \"tomorrow\" is neither a day")]
    [InlineData("{comment: x}", "protect.never_drop.0.address is missing")]
    [InlineData("{address: dns}", "protect.never_drop.0.address: \"dns\" is neither an address nor a prefix")]
    [InlineData("{address: 10.0.0.1, untl: 2026-12-31}", "did you mean \"until\"")]
    public void What_is_wrong_with_an_entry_is_told(string entry, string fault) => Assert.Contains(
        fault, Assert.Single(Loading.Errors(Loading.With($"protect: {{never_drop: [{entry}]}}\n"))),
        StringComparison.Ordinal);

    [Fact]
    public void Another_key_or_age_is_told()
    {
        Assert.Contains("did you mean \"ntp\"", Assert.Single(
            Loading.Errors(Loading.With("protect: {learn: {npt: false}}\n"))), StringComparison.Ordinal);
        Assert.Contains("protect.learn.max_age: 1m is outside", Assert.Single(
            Loading.Errors(Loading.With("protect: {learn: {max_age: 1m}}\n"))), StringComparison.Ordinal);
    }
}
