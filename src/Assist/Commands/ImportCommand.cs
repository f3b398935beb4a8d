using System.CommandLine;
namespace Assist.Commands;
internal static class ImportCommand { public static Command Create() => new("import"); }
