using Assist.Commands;
using Assist.Demo;

return await AssistCommand.RunAsync(args, DemoCommand.Create());
