using System.Xml.Linq;
using Assist.Commands;

namespace Assist.Tests.Commands;

public sealed class ReplayPictureTests
{
    [Fact]
    public void No_name_becomes_a_part_of_the_picture()
    {
        const string Title = "a\"<script>alert(1)</script>&\u001b[31m\u202e.log";

        var picture = XDocument.Parse(ReplayPicture.Of(Report(new ReplayedEntries(3, 1, 4, 2)), Title));

        Assert.DoesNotContain(picture.Descendants(), element => element.Name.LocalName == "script");
        Assert.Equal("a\"<script>alert(1)</script>&\\x1b[31m\\u202e.log",
            picture.Descendants().First(element => element.Name.LocalName == "text").Value);
    }

    [Fact]
    public void Each_class_that_was_there_is_a_surface_and_an_empty_table_has_none()
    {
        Assert.Equal(4, Surfaces(Report(new ReplayedEntries(3, 1, 4, 2), new ReplayedEntries(0, 0, 0, 0))));
        Assert.Equal(1, Surfaces(Report(new ReplayedEntries(3, 0, 0, 0))));
        Assert.Equal(0, Surfaces(Report()));
    }

    private static int Surfaces(ReplayReport report) => XDocument.Parse(ReplayPicture.Of(report, "a.log"))
        .Descendants().Count(element => element.Name.LocalName == "polygon");

    private static ReplayReport Report(params ReplayedEntries[] parts) => new()
    {
        Messages = 10,
        WithoutTime = 0,
        Start = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        End = new DateTime(2026, 1, 2, 4, 4, 5, DateTimeKind.Utc),
        Outcomes = new Dictionary<string, long>(),
        OverLimit = new Dictionary<string, long>(),
        Table = new ReplayedTable
        {
            Limit = 1500,
            Peak = 10,
            PeakAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            AtPeak = new ReplayedEntries(3, 1, 4, 2),
            PartS = 1,
            Parts = parts,
        },
        SessionBytes = 0,
        BypassedBytes = 0,
        Rules = [],
    };
}
