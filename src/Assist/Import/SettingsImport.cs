using System.Text;
using Assist.Addresses;
using Assist.Configuration;
using Assist.Flows;
using Assist.Rules;

namespace Assist.Import;

/// <summary>Every option but the rules, section by section in the order of our file.</summary>
internal sealed class SettingsImport(PySettings settings, Variant variant)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private readonly StringBuilder _yaml = new();

    public string Write()
    {
        var mode = Mode();
        _yaml.Append($"mode: {mode}\n\n");
        Firewall();
        Listener();
        new WiringImport(settings, variant, mode, _yaml).Write();
        Switch();
        Flows();
        // The original protected nothing by itself.
        _yaml.Append("protect: {learn: false}   # remove it to protect what the switch depends on\n\n");
        _yaml.Append(new RuleImport(settings, variant, mode).Write());
        _yaml.Append(new MarkingImport(settings, variant).Write());
        Hardening();
        Log();
        LeftOut();
        return _yaml.ToString();
    }

    private string Mode()
    {
        var value = settings.Find("OPERATING_MODE", "OPERATION_MODE");
        switch (settings.Text(value, "OPERATING_MODE"))
        {
            case "" or "SHUNT_MODE" or "SHUN_MODE": return "shunt";
            case "INLINE_MODE": return "inline";
            case "MIRROR_MODE": return "mirror";
            case "MIRROR_AND_SHUNT_MODE": return "mirror_and_shunt";
            default:
                settings.Fail(
                    value!, "OPERATING_MODE must be SHUNT_MODE, INLINE_MODE, MIRROR_MODE or MIRROR_AND_SHUNT_MODE");
                return "shunt";
        }
    }

    private void Firewall()
    {
        const string Option = "ACCEPT_SYSLOG_MSGS_FROM_IP";
        var senders = settings.Texts(settings.Find(Option), Option);
        foreach (var sender in senders)
            if (!IpAddr.TryParse(sender.Value.Trim(), out _))
                settings.Fail(sender,
                    $"{Option}: \"{sender.Value}\" is not an address; names are not looked up, write the address");
        if (senders.Count == 0)
            settings.Note($"{Option} is empty: fill in firewall.senders, since nobody is trusted by default");
        var age = settings.Minutes("MAX_SYSLOG_MSG_AGE", TimeSpan.Zero, s_day);
        if (age == TimeSpan.Zero) settings.Note("MAX_SYSLOG_MSG_AGE = 0 turns the check of a log's age off here");
        _yaml.Append($"firewall:\n  format: {variant.Format}\n");
        _yaml.Append($"  senders: {YamlText.Quotes(senders.Select(s => s.Value.Trim()))}");
        _yaml.Append(senders.Count == 0 ? "   # fill in the addresses your firewall sends its logs from\n" : "\n");
        // The original did what any message said.
        _yaml.Append("  trust: {udp: full}   # remove it, and a forged datagram can drop one port of a host at most\n");
        _yaml.Append($"  clock: local\n  max_message_age: {Units.Write(age)}\n");
        // The original read every stamp as local time, whatever offset stood behind it.
        if (variant != Variant.PaloAlto)
            _yaml.Append("  offset_in_log: false   # remove it where the offset in the logs is right\n");
        _yaml.Append($"  interfaces_in_log: {(variant.NamesInterfaces ? Flag(Variant.InterfacesInLog) : "false")}\n\n");
    }

    private void Listener()
    {
        var value = settings.Find("SYSLOG_TRANSPORT");
        var transport = settings.Text(value, "SYSLOG_TRANSPORT") switch
        {
            "" or "UDP" => "udp",
            "TCP" => "tcp",
            "SSL/TLS" or "SSL" or "TLS" => "tls",
            _ => null,
        };
        if (transport is null) settings.Fail(value!, "SYSLOG_TRANSPORT must be UDP, TCP or SSL");
        var port = settings.Number("SYSLOG_PORT");
        _yaml.Append($"listeners:\n  - transport: {transport}\n    port: {port}\n");
        if (settings.Text("ANY_HOST") is { Length: > 0 } any && any != "0.0.0.0")
            _yaml.Append($"    address: {YamlText.Quote(any)}\n");
        if (transport == "tls") Certificates();
        _yaml.Append('\n');
    }

    private void Certificates()
    {
        foreach (var (key, option) in ((string, string)[])
            [("certificate", "SSL_DFA_CERT_FILE"), ("key", "SSL_DFA_KEY_FILE"), ("client_ca", "SSL_CA_CERTS_FILE")])
            if (settings.Text(option) is { Length: > 0 } file) _yaml.Append($"    {key}: {YamlText.Quote(file)}\n");
        settings.Note("TLS certificates: the key files that came with the original are public; "
            + "make your own before you use them");
    }

    private void Switch()
    {
        var eapi = settings.Find("SWITCH") as PyDict;
        if (eapi is null && settings.Find("SWITCH") is { } other)
            settings.Fail(other, $"SWITCH must be a dictionary, not {other.Kind}");
        string Part(string key) => settings.Text(eapi?.Find(key), $"SWITCH['{key}']");
        var (protocol, host) = (Part("eapi_protocol").ToLowerInvariant(), Part("ip"));
        if (protocol is not ("" or "unix-socket" or "http" or "https"))
            settings.Fail(eapi!, "SWITCH['eapi_protocol'] must be unix-socket, https or http");
        var local = host is "" or "127.0.0.1" or "localhost" or "::1";
        if (protocol == "http")
            settings.Note($"SWITCH: plain http became {(local ? "the unix socket" : "https")}, "
                + "because a password must not travel in the clear; "
                + "enable that protocol under \"management api http-commands\"");
        _yaml.Append("switch:\n");
        if (protocol is "" or "unix-socket" || (protocol == "http" && local))
            // The original slept for 360 s at boot.
            _yaml.Append("  eapi: 'unix:/var/run/command-api.sock'\n  wait: 10m\n\n");
        else Https(host, Part("eapi_username"), Part("eapi_password"), eapi!);
    }

    private void Https(string host, string user, string password, PyValue at)
    {
        var kind = Uri.CheckHostName(host);
        if (kind == UriHostNameType.Unknown) settings.Fail(at, "SWITCH['ip'] must be an address or a host name");
        _yaml.Append($"  eapi: {YamlText.Quote($"https://{(kind == UriHostNameType.IPv6 ? $"[{host}]" : host)}")}\n");
        if (user.Length > 0) _yaml.Append($"  user: {YamlText.Quote(user)}\n");
        else settings.Note("SWITCH['eapi_username'] is empty: fill in switch.user");
        _yaml.Append("  password_file: eapi.password\n\n");
        settings.Note("the password of the switch was not copied: "
            + (password.Length > 0 ? "write SWITCH['eapi_password']" : "write it")
                + " into the file eapi.password beside the configuration");
    }

    private void Flows()
    {
        _yaml.Append("flows:\n");
        foreach (var (key, prefix) in ((string, string)[])
            [("drop", "DROP"), ("bypass", "BYPASS"), ("redirect", "REDIRECT")])
            Lifetime(key, prefix);
        NameLifetime();
        _yaml.Append($"  rewrite_vlan: {Flag("REWRITE_VLAN_ON_EGRESS")}\n");
        var window = settings.Number("DEDUP_CACHE_MAX_SIZE") == 0
            ? TimeSpan.Zero
            : settings.Minutes("DEDUP_CACHE_ENTRY_LIFETIME", TimeSpan.Zero, s_day);
        _yaml.Append($"  duplicate_window: {Units.Write(window)}\n");
        var seconds = Math.Clamp(settings.Number("FLOWMGR_RUN_INTERVAL"), 30, 3600);
        _yaml.Append($"  reconcile_interval: {Units.Write(TimeSpan.FromSeconds(seconds))}\n");
        LeastActive();
        DropLimits();
        if (!settings.Flag("ALLOW_ASYMMETRIC_BYPASSES")) _yaml.Append("  remove_one_way_bypasses: true\n");
        // The original let a bypass live on when the firewall logged the session's end.
        _yaml.Append("  retract_at_end: false\n\n");
    }

    // The original gave every denial an entry while the table had room.
    private void DropLimits() => _yaml.Append(
        "  per_source: 0   # remove this and the next nine lines to keep a scan or a flood from filling the table\n"
        + "  ports_per_pair: 0\n  denial_share: 100\n  bypass_floor: 0\n  replace_idle_drops: false\n"
        + "  repeat_when_short: false\n  drops_per_minute: 0\n  drops_per_rule: 0\n  drops_per_sender: 0\n"
        + "  one_address_drops: 0\n");

    private void LeastActive()
    {
        var (at, remove) = (settings.Number("TCAM_REAP_THRESHOLD_PCT"), settings.Number("TCAM_REAP_LEAST_ACTIVE_PCT"));
        if (at is < 1 or > 100 || remove is < 1 or > 100) return;
        _yaml.Append($"  least_active:\n    at_percent: {at}\n    remove_percent: {remove}\n");
    }

    private void NameLifetime()
    {
        if (variant != Variant.PaloAlto)
        {
            _yaml.Append("  max_name_lifetime: 0   # the original read no rule names in these logs\n");
            return;
        }
        var longest = settings.Minutes("FLOW_LIFETIME_MAX", TimeSpan.Zero, s_day);
        _yaml.Append(
            $"  max_name_lifetime: {Units.Write(longest)}   # of a firewall rule's name ending in _<minutes>m\n");
    }

    private void Lifetime(string key, string prefix)
    {
        var lifetime = settings.Minutes($"{prefix}_FLOW_LIFETIME", s_second, TimeSpan.FromDays(7));
        var idle = settings.Minutes($"{prefix}_FLOW_IDLE_TIMEOUT", TimeSpan.Zero, TimeSpan.FromDays(7));
        if (idle > lifetime)
        {
            settings.Note($"{prefix}_FLOW_IDLE_TIMEOUT was cut to the lifetime, {Units.Write(lifetime)}: "
                + "a longer one has no effect");
            idle = lifetime;
        }
        _yaml.Append($"  {key}: {{lifetime: {Units.Write(lifetime)}, idle: {Units.Write(idle)}}}\n");
    }

    private void Hardening()
    {
        _yaml.Append("\nhardening:\n");
        Percent("storm_control_broadcast", "STORM_CONTROL_BCAST_LEVEL");
        Percent("storm_control_multicast", "STORM_CONTROL_MCAST_LEVEL");
    }

    private void Percent(string key, string option)
    {
        var value = settings.Find(option);
        var text =
            value switch { PyDecimal d => d.Text, PyNumber n => $"{n.Value}", _ => settings.Text(value, option) };
        if (!Units.TryPercent(text))
            settings.Fail(value!, $"{option} must be a percentage from 0 to 100, such as '0.1'");
        _yaml.Append($"  {key}: {text}\n");
    }

    private void Log()
    {
        var level = settings.Find("MIN_LOG_LEVEL") switch
        {
            PyNumber { Value: >= 40 } or PySymbol { Name: "logging.ERROR" or "logging.CRITICAL" } => "error",
            PyNumber { Value: >= 30 } or PySymbol { Name: "logging.WARNING" or "logging.WARN" } => "warning",
            _ => null,
        };
        var file = settings.IsChanged("LOG_FILE") ? settings.Text("LOG_FILE") : "";
        if (level is null && file.Length == 0) return;
        _yaml.Append("\nlog:\n");
        if (level is not null) _yaml.Append($"  level: {level}\n");
        if (file.Length > 0) _yaml.Append($"  file: {YamlText.Quote(file)}\n");
    }

    private void LeftOut()
    {
        foreach (var (option, reason) in OptionsLeftOut.WhenChanged)
            if (settings.IsChanged(option)) settings.Note($"{option} was left out: {reason}");
        if (settings.Module.Find("DEFAULT_THRU_FIREWALL_MODE") is not null)
            settings.Note("DEFAULT_THRU_FIREWALL_MODE was left out: the mode says it");
        foreach (var name in settings.Module.Own.Order(StringComparer.Ordinal))
            if (!settings.Module.IsRead(name) && !IsKnown(name))
                settings.Note($"{name} was left out: it is no option of the original, and nothing in the file uses it"
                    + Nearest.Hint(name, OriginalDefaults.Common.Values.Keys.Concat(OriginalDefaults.UserOptions)));
    }

    private static bool IsKnown(string name) =>
        OriginalDefaults.UserOptions.Contains(name) || OriginalDefaults.Common.Find(name) is not null
        || name.StartsWith('_');

    private string Flag(string option) => settings.Flag(option) ? "true" : "false";
}
