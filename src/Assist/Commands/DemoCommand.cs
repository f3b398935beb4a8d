using System.CommandLine;
namespace Assist.Commands;

internal static class DemoCommand { public static Command Create() => new("demo"); }
