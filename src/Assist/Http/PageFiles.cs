using System.Reflection;
using Assist.Hashing;

namespace Assist.Http;

/// <summary>A file of the page.</summary>
/// <param name="Tag">Another one for another content.</param>
internal sealed record PageFile(string ContentType, byte[] Content, string Tag);

/// <summary>The page's files, which are a part of the program.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";

    private static readonly Dictionary<string, string> s_types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
    };

    // By their paths.
    private static readonly Dictionary<string, PageFile> s_files = Load();

    public static IEnumerable<string> Paths => s_files.Keys;

    /// <summary>Null where there is no file of that path.</summary>
    public static PageFile? Find(string path) => s_files.GetValueOrDefault(path);

    private static Dictionary<string, PageFile> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Folder, StringComparison.Ordinal)) continue;
            var name = resource[Folder.Length..];
            files[name == "index.html" ? "/" : $"/{name}"] = FileOf(assembly, resource);
        }
        return files;
    }

    private static PageFile FileOf(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.ToArray();
        return new PageFile(
            s_types[Path.GetExtension(resource)], bytes, $"\"{Convert.ToHexStringLower(Sha256.Hash(bytes))[..16]}\"");
    }
}
