using Assist.Configuration;

namespace Assist.Tests.Configuration;

/// <summary>The section `http`: off where it is not there, and loopback where it says nothing else.</summary>
public sealed class HttpReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("metrics: {listen: '127.0.0.1:9464'}\n")]
    public void It_is_off_where_it_is_not_there(string more) => Assert.Null(Loading.Config(more).Outward.Http);

    [Theory]
    [InlineData("http:\n")]
    [InlineData("http: {}\n")]
    [InlineData("http: {path_prefix: /}\n")]
    public void It_is_for_this_machine_alone_unless_it_says_something_else(string more)
    {
        var http = Loading.Config(more).Outward.Http!;

        Assert.Equal(("127.0.0.1:9465", "", null, false),
            ($"{http.Listen}", http.PathPrefix, http.TokenFile, http.TokenToRead));
    }

    [Theory]
    [InlineData(
        "http: {listen: 9465}",
        "6:16: http.listen: \"9465\" is not an address and port, such as 127.0.0.1:9465")]
    [InlineData("http: {certificate: a.crt}", "6:8: http.certificate needs http.key too; TLS is off without both")]
    [InlineData("http: {token_to_read: true}", "6:8: http.token_to_read needs http.token_file, or nobody could read")]
    [InlineData("http: {path_prefix: assist}", "6:21: http.path_prefix: \"assist\" is not the beginning of a path")]
    [InlineData(
        "http: {path_prefix: //evil.example}",
        "6:21: http.path_prefix: \"//evil.example\" is not the beginning")]
    [InlineData("http: {host_names: ['a:80']}", "6:21: http.host_names: \"a:80\" is no name of a host")]
    [InlineData("http:\nmetrics: {listen: '127.0.0.1:9465'}",
        "7:10: metrics.listen: 127.0.0.1:9465 is http.listen too; remove metrics")]
    [InlineData("http: {token: secret}", "6:8: a secret does not belong into this file")]
    public void Mistakes_are_told_at_their_place(string yaml, string told) => Assert.Contains(
        Loading.Errors(Loading.With(yaml)),
        error => error.StartsWith($"assist.yaml:{told}", StringComparison.Ordinal));

    [Theory]
    [InlineData("http: {listen: '0.0.0.0:9465'}", "serves everybody who reaches this machine")]
    [InlineData("http: {listen: '192.0.2.1:9465', token_file: t}", "without TLS everybody on the way reads the token")]
    public void What_is_probably_not_meant_is_a_warning(string yaml, string told)
    {
        var result = Loading.With(yaml);

        Assert.Empty(result.Errors);
        Assert.Contains(result.Warnings, warning => warning.Message.Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "no token of 16 visible ASCII characters or more")]
    [InlineData("short", "no token of 16")]
    [InlineData("sixteen characters with blanks", "no token of 16")]
    [InlineData("0123456789abcdef", null)]
    public void A_token_that_is_easily_guessed_is_none(string line, string? told)
    {
        var fault = NamedFiles.HttpTokenFault(line);

        if (told is null) Assert.Null(fault);
        else Assert.Contains(told, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_everybody_may_read_is_refused()
    {
        var directory = Directory.CreateTempSubdirectory("as-");
        try
        {
            var token = Path.Combine(directory.FullName, "t");
            var file = Path.Combine(directory.FullName, "assist.yaml");
            File.WriteAllText(file, Loading.Minimal + "http: {token_file: t}\n");
            File.WriteAllText(token, "0123456789abcdef\n");
            File.SetUnixFileMode(token, (UnixFileMode)Convert.ToInt32("644", 8));

            var error = Assert.Single(Judge(file).Errors).Message;
            Assert.StartsWith($"http.token_file: {token}: every user of this machine may read", error,
                StringComparison.Ordinal);
            File.SetUnixFileMode(token, UnixFileMode.UserRead);
            Assert.Empty(Judge(file).Errors);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static ConfigurationResult Judge(string file) => NamedFiles.Judge(
        ConfigurationLoader.Load(file, [], Loading.Format), TimeProvider.System.GetUtcNow().UtcDateTime,
        FileGravity.Unusable);
}
