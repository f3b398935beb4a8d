using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Assist.Tests.Architecture;

/// <summary>Which folder of an assembly uses which, read from its code, against a table of what each may see. A folder
/// is the namespace below <c>Assist</c>; it may always see those above itself in its own branch.</summary>
/// <param name="allowed">For each folder, those that it may see. Only arrows to a row of it are judged.</param>
internal sealed class FolderArrows(Assembly assembly, IReadOnlyDictionary<string, string[]> allowed)
{
    private const string Root = "Assist.";

    private readonly List<IType> _types =
        [.. new ArchLoader().LoadAssembly(assembly).Build().Types.Where(type => Folder(type).Length > 0)];

    /// <summary>Arrows that the table does not have, each with an example. Parameters of generic methods are left out:
    /// the library takes those of one name for one type, wherever they are declared.</summary>
    public IEnumerable<string> Wrong() =>
        from type in _types
        from target in type.Dependencies.Select(dependency => dependency.Target).Distinct()
        let arrow = (From: Folder(type), To: Folder(target))
        where target is not GenericParameter && allowed.ContainsKey(arrow.To) && !MaySee(arrow.From, arrow.To)
        group (type, target) by arrow into found
        let first = found.First()
        select $"{found.Key.From} -> {found.Key.To}: {first.type.Name} uses {first.target.Name}";

    /// <summary>Folders that the table has no row for.</summary>
    public IEnumerable<string> Unlisted() =>
        _types.Select(Folder).Distinct().Where(folder => !allowed.ContainsKey(folder));

    /// <summary>Rows of the table for which there is no folder.</summary>
    public IEnumerable<string> Missing() => allowed.Keys.Except(_types.Select(Folder));

    /// <summary>The folders that the table allows to depend on each other in a circle; without this a circle could be
    /// allowed by mistake.</summary>
    public IReadOnlyCollection<string> Circle()
    {
        var left = allowed.Keys.ToHashSet(StringComparer.Ordinal);
        while (Free(left) is [_, ..] free) left.ExceptWith(free);
        return left;
    }

    private List<string> Free(HashSet<string> left) =>
        [.. left.Where(folder => !left.Any(other => other != folder && MaySee(folder, other)))];

    private bool MaySee(string from, string to) =>
        from == to || from.StartsWith(to + ".", StringComparison.Ordinal)
        || (allowed.TryGetValue(from, out var seen) && seen.Contains(to, StringComparer.Ordinal));

    private static string Folder(IType type) =>
        type.Namespace?.FullName is { } name && name.StartsWith(Root, StringComparison.Ordinal)
            ? name[Root.Length..] : "";
}
