using System.Text;
using Assist.LiveView;

namespace Assist.Tests.LiveView;

public sealed class KeyPressTests
{
    [Theory]
    [InlineData("\x1b[A", "Up")]
    [InlineData("\x1bOB", "Down")]
    [InlineData("\x1b[5~\x1b[6~", "PageUp PageDown")]
    [InlineData("\x1b[H\x1b[4~", "Home End")]
    [InlineData("\x1b", "Escape")]
    [InlineData("\r\n", "Enter Enter")]
    [InlineData("\x7f\b", "Backspace Backspace")]
    [InlineData("q/é世", "q / é 世")]
    [InlineData("\x1b[1;5Cq", "q")]
    [InlineData("\x1b[", "")]
    [InlineData("\t\x01", "")]
    public void Keys_are_what_terminals_send_for_them(string sent, string keys) =>
        Assert.Equal(keys, string.Join(' ', KeyPress.Read(Encoding.UTF8.GetBytes(sent))
            .Select(key => key.Key == Key.Letter ? key.Letter : $"{key.Key}")));

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm()
    {
        for (var first = 0; first < 256; first++)
            for (var second = 0; second < 256; second++)
                _ = KeyPress.Read([(byte)first, (byte)second]).Count();
    }
}
