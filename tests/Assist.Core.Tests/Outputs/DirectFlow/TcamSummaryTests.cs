using Assist.Outputs.DirectFlow;

namespace Assist.Tests.Outputs.DirectFlow;

public sealed class TcamSummaryTests
{
    [Theory]
    [InlineData("TCAM group 11 uses 6 entries and can use up to 506 more.\n  OpenFlow uses 6 entries.\n", 508)]
    [InlineData("=== TCAM summary for switch Linecard0/0 ===\r\nTCAM group 10 uses 38 entries and can use up to 1498 "
        + "more.\r\n  ACL Management uses 10 entries.\r\n"
        + "TCAM group 14 uses 8 entries and can use up to 1528 more.\r\n  DirectFlow uses 8 entries.\r\n", 1532)]
    [InlineData("=== TCAM summary for switch Linecard0/0 ===\nTCAM group 14 uses 8 entries and can use up to 1528 "
        + "more.\n  DirectFlow uses 8 entries.\n"
        + "=== TCAM summary for switch Linecard0/1 ===\nTCAM group 14 uses 8 entries and can use up to 88 more.\n"
        + "  DirectFlow uses 8 entries.\n", 92)]
    public void Room_for_flows_is_that_of_the_chip_with_least(string text, int capacity) =>
        Assert.Equal(capacity, TcamSummary.FlowCapacity(text));

    [Theory]
    [InlineData("")]
    [InlineData("% Invalid input (at token 2: 'trident')\n")]
    [InlineData("TCAM group 10 uses 38 entries and can use up to 1498 more.\n  ACL Management uses 10 entries.\n")]
    [InlineData(
        "TCAM group 14 uses 99999999999999999999 entries and can use up to 1 more.\n  DirectFlow uses 8 entries.\n")]
    [InlineData("  DirectFlow uses 8 entries.\n")]
    public void What_does_not_tell_it_is_no_limit(string text) => Assert.Null(TcamSummary.FlowCapacity(text));
}
