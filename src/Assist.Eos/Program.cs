using System.CommandLine;
using Assist.Eos;

// The command registers its signals itself, before it says that it is ready.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await CommandLine.Root().Parse(args).InvokeAsync(invocation);
