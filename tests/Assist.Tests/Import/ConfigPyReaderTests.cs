using Assist.Import;

namespace Assist.Tests.Import;

public sealed class ConfigPyReaderTests
{
    [Theory]
    [InlineData("A = 'x'", "x")]
    [InlineData("A = \"it's\"", "it's")]
    [InlineData("A = 'a\\n\\t\\x41\\101\\'\\d'", "a\n\tAA'\\d")]
    [InlineData("A = r'\\d\\'x'", "\\d\\'x")]
    [InlineData("A = u'\\u00e9'", "é")]
    [InlineData("A = '\\u00e9'", "\\u00e9")]
    [InlineData("A = '''one\ntwo'''", "one\ntwo")]
    [InlineData("A = \"\"\"say \"hi\" \"\"\"", "say \"hi\" ")]
    [InlineData("A = 'a\\\nb'", "ab")]
    [InlineData("A = ('a'   # first\n  'b')", "ab")]
    [InlineData("A = 'a' \\\n  + 'b'", "ab")]
    [InlineData("B = '/p/'\nA = B + 'c'", "/p/c")]
    [InlineData("A = 'old'\nA = 'new'", "new")]
    [InlineData("A = B = 'x'", "x")]
    [InlineData("B, A = 'x', 'y'", "y")]
    [InlineData("B = 1; A = 'z'", "z")]
    [InlineData("A = 'port %d of %s' % (514, 'x')", "port 514 of x")]
    [InlineData("def f():\n    A = 'no'\n\n# c\n    return A\nA = 'yes'", "yes")]
    [InlineData("A = 'yes'\nclass C(object):\n  A = '''\nA = 1\n'''\n", "yes")]
    [InlineData("A = 'yes'\r\nif __name__ == '__main__':\r\n    A = f(1)\r\n", "yes")]
    [InlineData("import os, sys\nfrom x.y import z\nA = 'a'", "a")]
    [InlineData("from config_common import SHUNT_MODE\nA = SHUNT_MODE", "SHUNT_MODE")]
    [InlineData("import config_common\nA = config_common.SSL", "SSL/TLS")]
    [InlineData("from directflow_assist.config_common import *\nA = SSL", "SSL/TLS")]
    public void Texts_are_read_as_python_reads_them(string source, string expected) =>
        Assert.Equal(expected, Assert.IsType<PyText>(Value(source)).Value);

    [Theory]
    [InlineData("A = 24 * 60", 1440)]
    [InlineData("A = 0x10 - -2", 18)]
    [InlineData("A = 10L", 10)]
    [InlineData("A = (1 + 2) * 3", 9)]
    public void Numbers_are_worked_out(string source, long expected) =>
        Assert.Equal(expected, Assert.IsType<PyNumber>(Value(source)).Value);

    [Fact]
    public void Lists_tuples_and_dictionaries_keep_their_order_and_places()
    {
        var value = Assert.IsType<PyDict>(
            Value("B = ['p']\nA = {\n  'k': [1, (2,), None, True],  # c\n  'l': B + ['q'],\n}\n"));

        Assert.Equal(["k", "l"], value.Entries.Select(e => e.Key.Value));
        Assert.Equal(new PyPosition("config.py", 4, 3), value.Entries[1].Key.At);
        var list = Assert.IsType<PyList>(value.Find("k"));
        Assert.Equal(["a number", "a list", "None", "True"], list.Items.Select(i => i.Kind));
        Assert.Equal(2, Assert.IsType<PyList>(value.Find("l")).Items.Count);
    }

    [Fact]
    public void A_value_remembers_the_variable_it_was_read_through()
    {
        var value = Value("TRIGGER = {'a': 'b'}\nA = TRIGGER\n");

        Assert.Equal("TRIGGER", value.Via);
        Assert.Equal(new PyPosition("config.py", 2, 5), value.At);
    }

    [Theory]
    [InlineData("A = f(1)", "1:6: a call needs a running Python; write its result instead")]
    [InlineData("A = [x for x in B]", "1:6: x is not set above this line; set it first, or write its value instead")]
    [InlineData("x = 1\nA = [x for x in B]", "2:8: \"for\" needs a running Python; write the resulting list instead")]
    [InlineData("A = 1 if B else 2", "1:7: \"if\" needs a running Python; write the resulting value instead")]
    [InlineData(
        "if DEBUG:\n    A = 1", "1:1: \"if\" needs a running Python; leave only the assignments that apply to you")]
    [InlineData(
        "A = 1\nA += 1", "2:3: \"+=\" changes an earlier value; write the whole value in one assignment instead")]
    [InlineData(
        "A = {}\nA['b'] = 1", "2:2: part of A is changed here; write the whole value in one assignment instead")]
    [InlineData(
        "A = []\nA.append(1)", "2:2: part of A is changed here; write the whole value in one assignment instead")]
    [InlineData("print('x')", "1:1: \"print\" is not part of a configuration; remove the line")]
    [InlineData(
        "setup(1)", "1:6: a call of setup needs a running Python; write its result instead, or remove the line")]
    [InlineData("A: int = 1", "1:2: remove the type of A and write A = value")]
    [InlineData("A = B", "1:5: B is not set above this line; set it first, or write its value instead")]
    [InlineData("from settings import "
        + "*", "1:1: settings is not known, so neither are the values it brings; write those you need in this file")]
    [InlineData("A = 'x", "1:5: this text is not closed; its quote is missing")]
    [InlineData("A = '''x\ny", "1:5: this text is not closed; its quote is missing")]
    [InlineData("A = [1,\nB = 2", "2:1: B is not set above this line; set it first, or write its value instead")]
    [InlineData("A = {'a': 1", "1:5: this \"{\" is not closed")]
    [InlineData("A = {'a', 'b'}", "1:9: \":\" is missing behind this key; sets are not read")]
    [InlineData("A = {1: 2}", "1:6: a key must be a text, not a number")]
    [InlineData("A = f'{b}'", "1:5: an f-string needs a running Python; write its result instead")]
    [InlineData("A = [1][0]", "1:8: an index needs a running Python; write the value instead")]
    [InlineData("A = lambda: 1", "1:5: \"lambda\" needs a running Python; write the resulting value instead")]
    [InlineData("A = 'a' + 1", "1:9: \"+\" cannot be worked out here; write the result instead")]
    [InlineData("A = 7 / 2", "1:7: \"/\" cannot be worked out here; write the result instead")]
    [InlineData("A = 010", "1:5: 010 is an octal number in Python 2; write it in decimal")]
    [InlineData(
        "A = 99999999999999999999", "1:5: 99999999999999999999 is no number this can read; write it in decimal")]
    [InlineData("A = ", "1:5: a value is missing here")]
    [InlineData("A = 1 2", "1:7: \"2\" cannot be read here; an assignment ends before it")]
    [InlineData("  A = 1", "1:3: this line is indented; begin it in the first column")]
    [InlineData("A, B = 1", "1:1: 2 names need a tuple of 2 values; assign them one by one")]
    [InlineData("?", "1:1: \"?\" begins no assignment; remove the line")]
    public void What_needs_a_running_python_is_refused_at_its_place(string source, string expected)
    {
        var reading = ConfigPyReader.Read(source + "\n", "config.py");

        Assert.Null(reading.Module);
        Assert.Equal($"config.py:{expected}", reading.Error!.ToString());
    }

    private static PyValue Value(string source)
    {
        var reading = ConfigPyReader.Read(source, "config.py");
        Assert.Null(reading.Error?.ToString());
        return reading.Module!.Find("A")!;
    }
}
