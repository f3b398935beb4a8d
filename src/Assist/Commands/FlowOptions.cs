using System.CommandLine;
using Assist.Control;

namespace Assist.Commands;

/// <summary>Options that say which flows are meant.</summary>
/// <param name="ruleNeeds">What --rule needs, behind its description.</param>
internal sealed class FlowOptions(string ruleNeeds = "")
{
    private readonly Option<string?> _address = new("--address")
    {
        Description = "Only flows with this address or prefix as source or destination",
    };

    private readonly Option<string?> _rule = new("--rule")
    {
        Description = $"Only flows that this rule asked for{ruleNeeds}",
    };

    private readonly Option<string?> _action = new("--action") { Description = "Only drop, bypass or redirect" };

    public IEnumerable<Option> All => [_address, _rule, _action];

    /// <exception cref="CommandException">One of them says nothing that could be meant.</exception>
    public FlowFilter Of(ParseResult parsed)
    {
        var filter = new FlowFilter
        {
            Address = parsed.GetValue(_address),
            Rule = parsed.GetValue(_rule),
            Action = parsed.GetValue(_action),
        };
        return FlowSelection.Fault(filter) is { } fault
            ? throw new CommandException(fault, ExitCode.Usage) : filter;
    }
}
