using System.Text;
using Assist.Outputs;
using Assist.Outputs.Eapi;
using Assist.Rules;

namespace Assist.Tests.Outputs.Eapi;

public sealed class EapiResponseTests
{
    [Fact]
    public void A_result_for_each_command_is_success()
    {
        var response = Read("""{"jsonrpc":"2.0","id":"x","result":[{},{"output":"text\n"}]}""", 2);
        Assert.Null(response.Error);
        Assert.Equal(("", "text\n", ""), (response.Output(0), response.Output(1), response.Output(2)));
    }

    [Theory]
    [InlineData(1000, "could not run command")]
    [InlineData(1002, "invalid command")]
    public void An_error_tells_the_command_and_the_switchs_words(int code, string words)
    {
        var response = Read(
            $$$"""{"error":{"code":{{{code}}},"message":"CLI command 2 of 3 'bad' failed: {{{words}}}","data":[{},{"errors":["Invalid input (at token 1: 'bad')"]}]}}""", 3);
        Assert.Equal((code, 1, "Invalid input (at token 1: 'bad')"),
            (response.Error!.Code, response.FailedCommand, response.Error.Reason));
    }

    [Theory]
    [InlineData("CLI command 2 of 3 'bad' failed: invalid command", 1)]
    [InlineData("CLI command x of 3", -1)]
    [InlineData("CLI command ", -1)]
    [InlineData("denied", -1)]
    public void Without_data_the_message_tells_which_command_failed(string message, int failed)
    {
        var response = Read($$$"""{"error":{"code":"not a number","message":"{{{message}}}"}}""", 3);
        Assert.Equal((0, failed, message), (response.Error!.Code, response.FailedCommand, response.Error.Reason));
    }

    [Fact]
    public void A_result_that_is_a_string_of_JSON_is_the_object_in_it() =>
        Assert.Equal("7", Read("""{"result":["{\"n\": 7}"]}""", 1).Results[0].GetProperty("n").ToString());

    [Fact]
    public void Messages_and_warnings_are_notes_of_one_line() => Assert.Equal(
        ["a b", "c"], Read("""{"result":[{"messages":["a\nb"],"warnings":["c"]}]}""", 1).Notes());

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"result":{}}""")]
    [InlineData("""{"result":[{}]""")]
    [InlineData("""{"result":[{},{}]}""")]
    [InlineData("""{"result":[]}""")]
    [InlineData("""{"result":["\ud800"]}""")]
    [InlineData("""{"result":[{"messages":["a\ud83d"]}]}""")]
    [InlineData("""{"result":[{"output":"a\uDE00"}]}""")]
    [InlineData("""{"result":[{"flows":[{"name":"a\uD83D"}]}]}""")]
    [InlineData("""{"result":[{"details":{"status":{"a\ud83d":1}}}]}""")]
    [InlineData("""{"result":["{\"hostname\":\"a\\ud83d\"}"]}""")]
    [InlineData("<html>502</html>")]
    public void What_is_no_whole_answer_leaves_the_outcome_unknown(string body) =>
        Assert.False(Assert.Throws<TargetException>(() => Read(body, 1)).NothingApplied);

    [Fact]
    public void Bytes_that_are_no_text_are_no_answer() => Assert.Throws<TargetException>(
        () => EapiResponse.Read((byte[])[.. "{\"result\":[\""u8, 0xff, .. "\"]}"u8], 1));

    [Fact]
    public void Output_that_is_no_text_does_not_throw() =>
        Assert.Equal("7", Read("""{"result":[{"output":7}]}""", 1).Output(0));

    private static EapiResponse Read(string json, int commands) =>
        EapiResponse.Read(Encoding.UTF8.GetBytes(json), commands);
}
