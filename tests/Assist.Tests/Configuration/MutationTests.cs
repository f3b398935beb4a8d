using Assist.Import;
using Assist.Tests.Import;

namespace Assist.Tests.Configuration;

/// <summary>Broken input is an answer with a place, never an exception.</summary>
public sealed class MutationTests
{
    private const int Rounds = 1000;
    private static readonly string[] s_pieces =
        ["'", "\"", "[", "]", "{", "}", ":", ",", "- ", "\n", "\t", "&a ", "*a", "!!x ", "%", "\\", "0", "#", "=", "(",
            ")", "\0", "\ud800", "é", "'''", "---\n", "? ", "|\n", ">-\n"];

    [Fact]
    public void No_configuration_file_makes_the_loader_throw()
    {
        var seed = File.ReadAllText(Path.Combine(RepositoryRoot.Directory, "config", "assist.yaml"));
        foreach (var text in Mutations(seed, new Random(20_260)))
        {
            var result = Loading.Parse(text);
            Assert.NotEqual(result.Config is null, result.Errors.Count == 0);
            Assert.All(result.Errors, e => Assert.InRange(e.Line, 1, text.Length + 2));
        }
    }

    [Fact]
    public void No_option_makes_the_loader_throw()
    {
        foreach (var set in Mutations("listeners.0.port=[{a: 1}, 'b']", new Random(7)))
            Assert.NotNull(Loading.With("", set).Errors);
    }

    [Fact]
    public void No_config_py_makes_the_importer_throw_and_what_it_writes_is_yaml()
    {
        foreach (var text in Mutations(Import.Fixture.Text("shunt.py"), new Random(99)))
        {
            var result = Importer.Import(text, "config.py");
            Assert.NotEqual(result.Yaml is null, result.Error is null);
            if (result.Yaml is { } yaml)
                Assert.DoesNotContain(
                    Loading.Parse(yaml).Errors, e => e.Message.Contains("not valid YAML", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var deep = new string('[', 100_000);

        Assert.Single(Loading.Parse("log: " + deep).Errors);
        Assert.NotNull(ConfigPyReader.Read("A = " + deep, "config.py").Error);
        Assert.NotNull(ConfigPyReader.Read("A = " + new string('(', 100_000) + "1", "config.py").Error);
        Assert.NotNull(ConfigPyReader.Read("A = " + new string('-', 100_000) + "1", "config.py").Module);
    }

    [Fact]
    public void Values_that_double_with_every_line_are_refused()
    {
        var text = "A = 'xxxxxxxxxxxxxxxx'\nB = [1, 2, 3, 4]\n"
            + string.Concat(Enumerable.Repeat("A = A + A\nB = B + B\n", 60));

        Assert.Contains("too large", ConfigPyReader.Read(text, "config.py").Error!.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Mutations(string seed, Random random)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var text = seed;
            for (var times = random.Next(1, 5); times > 0; times--) text = Mutate(text, random);
            yield return text;
        }
    }

    private static string Mutate(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 12), text.Length - at);
        return random.Next(4) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, s_pieces[random.Next(s_pieces.Length)]),
            2 => text.Insert(at, text.Substring(at, length)),
            _ => text.Insert(
                random.Next(text.Length + 1), text.Substring(at, Math.Min(random.Next(1, 200), text.Length - at))),
        };
    }
}
