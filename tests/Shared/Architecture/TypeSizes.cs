using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Assist.Tests.Architecture;

/// <summary>Counts the fields of types, also those behind properties.</summary>
internal static class TypeSizes
{
    /// <summary>Types with more fields of their own than so many; without what a compiler or a generator
    /// wrote.</summary>
    public static IEnumerable<string> Above(int most, IEnumerable<Type> types) =>
        from type in types
        where !type.IsEnum && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && type.GetCustomAttribute<GeneratedCodeAttribute>() is null
        let fields = type.GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where fields.Length > most
        select $"{type.Name} has {fields.Length}";
}
