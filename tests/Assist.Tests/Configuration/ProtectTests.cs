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
    public void Another_key_or_age_is_told()
    {
        Assert.Contains("did you mean \"ntp\"", Assert.Single(
            Loading.Errors(Loading.With("protect: {learn: {npt: false}}\n"))), StringComparison.Ordinal);
        Assert.Contains("protect.learn.max_age: 1m is outside", Assert.Single(
            Loading.Errors(Loading.With("protect: {learn: {max_age: 1m}}\n"))), StringComparison.Ordinal);
    }
}
