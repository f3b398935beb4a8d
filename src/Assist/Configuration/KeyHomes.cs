namespace Assist.Configuration;

/// <summary>The section that a key belongs to, for keys that stand in another one: an outdented line is no unknown
/// key.</summary>
internal static class KeyHomes
{
    private static readonly Dictionary<string, string[]> s_keys = new(StringComparer.Ordinal)
    {
        ["firewall"] =
        [
            "format", "senders", "clock", "offset_in_log", "max_message_age", "interfaces_in_log", "vlan_in_interface",
            "trust",
        ],
        ["switch"] = ["eapi", "user", "password_file", "ca", "timeout", "wait", "output"],
        ["traffic_policy"] = ["name", "interfaces", "vrf", "into"],
        ["control"] = ["socket", "state_directory", "read_group", "open_ports"],
        ["log"] = ["level", "format", "file", "max_file_size", "keep_files"],
        ["audit"] = ["file", "max_file_size", "keep_files"],
        ["metrics"] = ["listen"],
        ["http"] = ["path_prefix", "token_file", "token_to_read", "host_names"],
        ["events"] = ["syslog", "webhook", "on", "per_second"],
        ["protect"] = ["never_drop", "learn"],
        ["tap"] = ["to_firewall", "mirrored", "after_rewrites"],
        ["zones"] = ["a", "b"],
        ["health"] = ["silence", "may_be_silent", "refused_percent"],
        ["limits"] =
        [
            "connections", "connections_per_sender", "handshakes", "handshake_timeout", "frame_timeout",
            "datagrams_per_sender", "udp_receive_buffer",
        ],
        ["flows"] =
        [
            "drop", "bypass", "redirect", "rewrite_vlan", "max_name_lifetime", "capacity", "reserved_for_drops",
            "per_source", "ports_per_pair", "denial_share", "bypass_floor", "replace_idle_drops", "repeat_when_short",
            "drops_per_minute", "drops_per_rule", "drops_per_sender", "one_address_drops",
            "least_active", "remove_one_way_bypasses", "retract_at_end", "switch_ends_entries", "duplicate_window",
            "reconcile_interval", "escalation",
        ],
        [""] =
        [
            "mode", "firewall", "listeners", "zones", "tap", "switch", "traffic_policy", "control", "rules", "marking",
            "protect", "log", "hardening", "audit", "metrics", "http", "events", "health", "limits", "flows",
        ],
    };

    /// <summary>Every section with its keys; the empty name is the file itself.</summary>
    public static IReadOnlyDictionary<string, string[]> All => s_keys;

    /// <summary>Null for a key of no section.</summary>
    public static string? Of(string key) => s_keys.FirstOrDefault(home => home.Value.Contains(key)).Key;
}
