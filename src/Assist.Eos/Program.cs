using Assist.Eos;

return await CommandLine.Root().Parse(args).InvokeAsync();
