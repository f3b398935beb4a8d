using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Assist.Configuration;

/// <summary>YAML text to nodes, from the parser's events: a tree built by the library stops at the first duplicate key,
/// follows anchors into documents of any size and recurses as deep as the text asks.</summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 16;
    private readonly Parser _parser;
    private readonly Diagnostics _faults;
    private readonly string _source;
    private readonly bool _hasLines;
    private Position _last;

    private YamlReader(string text, Position origin, Diagnostics faults)
    {
        (_source, _hasLines, _faults) = (origin.Source, origin.Line > 0, faults);
        _parser = new Parser(new StringReader(text));
        _last = origin;
    }

    /// <summary>The document's root, or null with the error reported. An empty document is an empty section. A text
    /// with a mistake whose cure is certain is read on without it, so that further faults are found too.</summary>
    /// <param name="origin">Where the text begins; without a line, everything read from it stands there.</param>
    public static ConfigNode? Read(string text, Position origin, Diagnostics faults)
    {
        var stoppedAt = 0;
        while (true)
        {
            var reader = new YamlReader(text, origin, faults);
            if (reader.TryRead(text, origin, out var node) is not { } fault) return node;
            var stopped = (int)fault.Start.Line;
            // A cure that has not brought the parser further was none.
            if (stopped <= stoppedAt || reader.Refuse(text, fault) is not { } mended) return null;
            (text, stoppedAt, faults.IsMended) = (mended, stopped, true);
        }
    }

    private YamlException? TryRead(string text, Position origin, out ConfigNode? node)
    {
        node = null;
        try
        {
            node = Document(origin);
        }
        catch (YamlException e)
        {
            return e;
        }
        // The parser answers some broken texts, such as a list that is never closed, with exceptions of the base
        // library.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException
            or IndexOutOfRangeException or OverflowException)
        {
            if (_faults.IsMended) return null;
            if (_hasLines && YamlBrackets.Find(text) is { } open)
                _faults.Error(new Position(_source, open.Line, open.Column), $"not valid YAML: {open.Cure}");
            else _faults.Error(_last, "not valid YAML after this: a bracket, brace or quote is not closed");
        }
        return null;
    }

    /// <returns>The text without the mistake; null where only its writer can mend it.</returns>
    private string? Refuse(string text, YamlException fault)
    {
        if (_hasLines && YamlMistake.Find(text, (int)fault.Start.Line) is { } found)
        {
            _faults.Error(new Position(_source, found.Line, found.Column), $"not valid YAML: {found.Cure}");
            return found.Mended;
        }
        // After a cure it may be the cure that is not understood.
        if (!_faults.IsMended) _faults.Error(Where(fault.Start), $"not valid YAML: {ParserWords.Of(fault.Message)}");
        return null;
    }

    private ConfigNode? Document(Position origin)
    {
        Next();
        if (Next() is StreamEnd) return new ConfigNode(NodeKind.Map, origin);
        var root = Node(Next(), 0);
        if (root is null) return null;
        Next();
        if (Next() is not StreamEnd)
        {
            _faults.Error(_last, "a second document begins here; the configuration is one document, remove the ---");
            return null;
        }
        return root;
    }

    private ConfigNode? Node(ParsingEvent begin, int depth)
    {
        var at = Where(begin.Start);
        if (depth > MaxDepth)
        {
            _faults.Error(at, $"nested deeper than {MaxDepth} levels");
            return null;
        }
        if (begin is not NodeEvent node || !node.Anchor.IsEmpty) return Refuse(begin, at, depth);
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            _faults.Error(at, "tags are not supported here; write the value alone");
            return Skip(begin, at, depth);
        }
        return begin switch
        {
            Scalar scalar => new ConfigNode(NodeKind.Scalar, at)
            {
                Text = scalar.Value,
                IsPlain = scalar.Style == ScalarStyle.Plain,
            },
            SequenceStart => List(at, depth),
            _ => Map(at, depth),
        };
    }

    /// <summary>Anchors and aliases let a short file stand for an endless one, and no setting needs them.</summary>
    private ConfigNode? Refuse(ParsingEvent begin, Position at, int depth)
    {
        _faults.Error(at, "anchors (&) and aliases (*) are not supported; write the value out, or quote it");
        return Skip(begin, at, depth);
    }

    private ConfigNode? Skip(ParsingEvent begin, Position at, int depth)
    {
        var whole = begin switch
        {
            SequenceStart => List(at, depth),
            MappingStart => Map(at, depth),
            _ => new ConfigNode(NodeKind.Broken, at),
        };
        return whole is null ? null : new ConfigNode(NodeKind.Broken, at);
    }

    private ConfigNode? List(Position at, int depth)
    {
        var list = new ConfigNode(NodeKind.List, at);
        for (var item = Next(); item is not SequenceEnd; item = Next())
        {
            if (Node(item, depth + 1) is not { } node) return null;
            list.Items.Add(node);
        }
        return list;
    }

    private ConfigNode? Map(Position at, int depth)
    {
        var map = new ConfigNode(NodeKind.Map, at);
        List<ConfigEntry> doubled = [];
        for (var begin = Next(); begin is not MappingEnd; begin = Next())
        {
            if (Node(begin, depth + 1) is not { } key || Node(Next(), depth + 1) is not { } value) return null;
            if (key.Kind != NodeKind.Scalar)
            {
                if (key.Kind != NodeKind.Broken) _faults.Error(key.At, "a key must be a word, not a list or a section");
                continue;
            }
            var isDoubled = map.Entries.Exists(e => e.Key == key.Text);
            (isDoubled ? doubled : map.Entries).Add(new ConfigEntry(key.Text, key.At, value));
        }
        return doubled.Count == 0 ? map : WithoutRepeats(map, doubled);
    }

    private ConfigNode WithoutRepeats(ConfigNode map, List<ConfigEntry> doubled)
    {
        // Its keys begin anew: it is a list without its dashes, and each further key would say so again.
        if (doubled.Count > 1 && doubled[0].Key == map.Entries[0].Key)
        {
            Refuse(doubled[0], $"begin each entry of a list with \"- \", such as \"- {doubled[0].Key}: ...\"");
            return new ConfigNode(NodeKind.Broken, map.At);
        }
        foreach (var entry in doubled) Refuse(entry, "keep one of them");
        return map;

        void Refuse(ConfigEntry entry, string cure)
        {
            var first = map.Entries.Find(e => e.Key == entry.Key)!;
            _faults.Error(entry.At, $"key \"{entry.Key}\" is already set in line {first.At.Line}; {cure}");
        }
    }

    private ParsingEvent Next()
    {
        if (!_parser.MoveNext() || _parser.Current is not { } current) throw new InvalidOperationException();
        _last = Where(current.Start);
        return current;
    }

    private Position Where(Mark mark) =>
        _hasLines ? new Position(_source, (int)mark.Line, (int)mark.Column) : new Position(_source, 0, 0);
}
