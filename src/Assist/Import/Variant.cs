namespace Assist.Import;

/// <summary>One of the five originals. Each reads one vendor's logs and has a config.py of its own.</summary>
/// <param name="Word">What its APP_NAME says.</param>
/// <param name="NamesInterfaces">Its logs say by which of the firewall's ports a session came and went.</param>
internal sealed record Variant(string Word, string Format, bool NamesInterfaces = true)
{
    public const string Labels = "PAN_SYSLOG_FIELD_LABELS";
    public const string InterfacesInLog = "FW_INTF_IN_SYSLOG_MSG";
    public const string Suffix = "ASSIST_WHEN_SERVICE_ID_SUFFIX";

    public static readonly Variant PaloAlto = new("PAN", "pan-os");
    public static readonly Variant Fortinet = new("Fortinet", "fortigate");
    public static readonly Variant CheckPoint = new("Check Point", "check-point", NamesInterfaces: false);
    public static readonly Variant VArmour = new("vArmour", "varmour");
    public static readonly Variant Cyphort = new("Cyphort", "cyphort", NamesInterfaces: false);

    private static readonly Variant[] s_all = [Fortinet, CheckPoint, VArmour, Cyphort, PaloAlto];

    // What only one of them ships.
    private static readonly (Variant Variant, string[] Names)[] s_triggers =
    [
        (Fortinet, ["UTM_DROP_DEFAULT", "UTM_DROP_DEFAULT_OLD", "ANOMALY_DROP_DEFAULT", "ANOMALY_DROP_DEFAULT_OLD"]),
        (VArmour, ["DROP_TRIGGER", "BYPASS_TRIGGER"]),
        (Cyphort,
        [
            "CMD_AND_CTRL_TRIGGER", "DATATHEFT_TRIGGER", "EMAIL_TRIGGER", "EXPLOIT_TRIGGER", "SUBMISSION_TRIGGER",
        ]),
    ];

    /// <summary>Told by the option that its code reads, else by its name, else by its triggers; null where nothing
    /// tells.</summary>
    public static Variant? Of(PyModule module)
    {
        if (module.Find(Labels) is not null) return PaloAlto;
        if (module.Find(Suffix) is not null) return CheckPoint;
        if (module.Find("APP_NAME") is PyText name
            && Array.Find(s_all, v => name.Value.Contains(v.Word, StringComparison.Ordinal)) is { } named)
            return named;
        return s_triggers.FirstOrDefault(t => t.Names.Any(n => module.Find(n) is not null)).Variant;
    }

    /// <summary>Why nothing can be made of a file that none of them has.</summary>
    public static PyError Unknown(PyModule module)
    {
        var at = module.Find("APP_NAME") is PyText name ? name.At : new PyPosition(module.File, 0, 0);
        return new PyError(at, "nothing tells whose logs this file is for; add APP_NAME = 'DirectFlow Assist for X', "
            + $"where X is one of {string.Join(", ", s_all.Select(v => v.Word))}");
    }
}
