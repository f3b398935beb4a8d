using Assist.Inputs.Formats;
using Assist.Inputs.Formats.Keyed;

namespace Assist.Configuration;

/// <summary>firewall.fields: what the keys of a custom log mean.</summary>
internal sealed class FieldMapReader(Diagnostics faults)
{
    public const string FormatName = "custom";

    private static readonly (string Word, FieldRole Role)[] s_roles =
    [
        ("type", FieldRole.Type), ("subtype", FieldRole.Subtype), ("application", FieldRole.Application),
        ("rule", FieldRole.Rule), ("log_profile", FieldRole.LogProfile), ("in_interface", FieldRole.InInterface),
        ("out_interface", FieldRole.OutInterface), ("src_zone", FieldRole.SourceZone),
        ("dst_zone", FieldRole.DestinationZone), ("session_id", FieldRole.SessionId), ("serial", FieldRole.Serial),
        ("threat_name", FieldRole.ThreatName), ("user", FieldRole.User),
    ];

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private bool _broken;

    /// <summary>Null where something of it is wrong, which is then reported.</summary>
    public CustomFields? Read(Section firewall)
    {
        var section = firewall.Sub("fields");
        if (section.IsEmpty)
        {
            faults.Missing(firewall.PathOf("fields"), section.At, "format custom needs firewall.fields: the keys of "
                + "the log that hold src, dst, src_port, dst_port, protocol and action");
            return null;
        }
        var roles = new Dictionary<FieldRole, string>();
        foreach (var (word, role) in s_roles)
            if (Key(section, word) is { } key) roles.Add(role, key);
        var fields = new CustomFields
        {
            Source = Needed(section, "src"),
            Destination = Needed(section, "dst"),
            SourcePort = Needed(section, "src_port"),
            DestinationPort = Needed(section, "dst_port"),
            Protocol = Needed(section, "protocol"),
            Action = Needed(section, "action"),
            Time = Key(section, "time"),
            NatSource = Key(section, "nat_src"),
            NatDestination = Key(section, "nat_dst"),
            Roles = roles,
            Others = [.. section.Scalars("others").Select(value => Checked(section, "others", value)).OfType<string>()],
        };
        section.Done();
        if (fields.Keys.Distinct(StringComparer.Ordinal).Count() is var count and > SessionLog.MaxFields)
        {
            faults.Error(
                section.At, $"format custom reads at most {SessionLog.MaxFields} keys, "
                + $"and firewall.fields names {count}");
            _broken = true;
        }
        return _broken ? null : fields;
    }

    private string Needed(Section section, string word)
    {
        if (Key(section, word) is { } key) return key;
        _broken = true;
        if (section.Find(word) is null)
            faults.Error(section.At, $"format custom needs {section.PathOf(word)}: the key of the log that holds it");
        return "";
    }

    private string? Key(Section section, string word) =>
        section.Scalar(word) is { Text.Length: > 0 } value ? Checked(section, word, value) : null;

    private string? Checked(Section section, string word, ConfigNode value)
    {
        if (!CustomFields.IsKey(value.Text))
            faults.Error(value.At, $"{section.PathOf(word)}: \"{value.Text}\" is not a key; "
                + "a key has letters, digits, _ - and . only");
        else if (!_taken.Add(value.Text))
            faults.Error(value.At, $"{section.PathOf(word)}: the key {value.Text} already stands for something else");
        else
            return value.Text;
        _broken = true;
        return null;
    }
}
