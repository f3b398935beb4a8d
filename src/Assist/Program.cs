using Assist.Commands;

return await AssistCommand.RunAsync(args);
