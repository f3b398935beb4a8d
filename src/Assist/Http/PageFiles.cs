using System.Reflection;
using Assist.Hashing;

namespace Assist.Http;

/// <summary>A file of the page.</summary>
/// <param name="Tag">Another one for another content.</param>
internal sealed record PageFile(string ContentType, byte[] Content, string Tag);

/// <summary>The page's files, which are a part of the program.</summary>
internal static class PageFiles
{
    private static readonly Dictionary<string, (string Name, string ContentType)> s_files = new(StringComparer.Ordinal)
    {
        ["/"] = ("index.html", "text/html; charset=utf-8"),
        ["/style.css"] = ("style.css", "text/css; charset=utf-8"),
    };

    /// <summary>Null where there is no file of that path.</summary>
    public static PageFile? Find(string path)
    {
        if (!s_files.TryGetValue(path, out var found)) return null;
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"page/{found.Name}")!;
        var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.ToArray();
        return new PageFile(found.ContentType, bytes, $"\"{Convert.ToHexStringLower(Sha256.Hash(bytes))[..16]}\"");
    }
}
