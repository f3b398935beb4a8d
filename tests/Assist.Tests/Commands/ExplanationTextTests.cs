using System.Text;
using Assist.Commands;
using Assist.Configuration;
using Assist.Tests.Configuration;

namespace Assist.Tests.Commands;

/// <summary>What an operator is told about a log beside its fields.</summary>
public sealed class ExplanationTextTests
{
    [Theory]
    [InlineData("ethernet1/1.7", true)]
    [InlineData("ethernet1/1", false)]
    public void A_VLAN_that_was_taken_from_the_name_of_an_interface_is_pointed_out(string into, bool expected) =>
        Assert.Equal(expected, Explain(
            $"drop,1,2026/11/21 09:59:58,192.0.2.10,203.0.113.20,,,web,,,ssl,v,a,b,{into},,p,,77,1,51000,444,0,0,0x0,"
            + "tcp,deny,0,0,0,0,,0,any,0,1,0x0,A,B,0,1,1,").Contains("set firewall.vlan_in_interface: false"));

    [Theory]
    [InlineData("aged-out", "the bypass, if there is one, stays until its own timeouts")]
    [InlineData("tcp-fin", "both sides closed the session; the bypass of this session, if there is one, is taken back")]
    [InlineData("unknown", "does not say in known words why the session ended")]
    public void What_the_end_of_a_session_does_to_its_bypass_is_said(string reason, string words) => Assert.Contains(
        words, Explain("end,1,2026/11/21 09:59:58,192.0.2.10,203.0.113.20,,,web,,,ssl,v,a,b,ethernet1/1,ethernet1/2,p,"
            + $",77,1,51000,444,0,0,0x0,tcp,allow,0,0,0,0,,0,any,0,1,0x0,A,B,0,1,1,{reason},0,0,"));

    private static string Explain(string columns)
    {
        var file = Path.Combine(RepositoryRoot.Directory, "config", "assist.yaml");
        var config = ConfigurationLoader.Load(file, ["firewall.max_message_age=0"], Formats.Find).Config!;
        var line = "<14>Nov 21 10:00:00 fw 1,2026/11/21 10:00:00,007951,TRAFFIC," + columns;
        var text = new StringWriter();
        var explainer = new Explainer(config, TimeProvider.System);
        ExplanationText.Write(text, explainer.Explain(1, Encoding.UTF8.GetBytes(line)));
        return text.ToString();
    }
}
