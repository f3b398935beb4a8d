namespace Assist.Import;

/// <summary>What the original's config_common.py brings into a config.py: the options with the values it was released
/// with, and the names that stand for values.</summary>
internal static class OriginalDefaults
{
    private static readonly Lazy<PyModule> s_common = new(() => Read(new PyModule("config_common.py")));

    public static PyModule Common => s_common.Value;

    // SHUN_MODE is an article's spelling of SHUNT_MODE.
    private const string Source = """
        SHUNT_MODE = SHUN_MODE = 'SHUNT_MODE'
        INLINE_MODE = 'INLINE_MODE'
        MIRROR_MODE = 'MIRROR_MODE'
        MIRROR_AND_SHUNT_MODE = 'MIRROR_AND_SHUNT_MODE'
        UDP = 'UDP'
        TCP = 'TCP'
        SSL = 'SSL/TLS'
        DROP_FLOW = 'Drop_Flow'
        BYPASS_FIREWALL = 'Bypass_FW'
        REDIRECT_TO_FIREWALL = 'Redirect_to_FW'
        DFA_IGNORE = 'DFA_Ignore'
        SRC_IP = 'src_ip'
        SRC_PORT = 'src_port'
        DST_IP = 'dst_ip'
        DST_PORT = 'dst_port'
        PROTOCOL = 'protocol'
        FIVE_TUPLE = [SRC_IP, SRC_PORT, DST_IP, DST_PORT, PROTOCOL]
        SRC_IP_DST_IP_PORT = [SRC_IP, DST_IP, DST_PORT, PROTOCOL]
        SRC_IP_DST_IP = [SRC_IP, DST_IP]
        SRC_IP_ONLY = [SRC_IP]
        ANY_HOST = '0.0.0.0'
        DFA_PERSIST_ROOT = '/persist/sys/extensions/directflow_assist/'
        PID_FILENAME = '/var/run/directflow_assist.pid'
        LOG_FILE = '/var/log/directflow_assist.log'
        MIN_LOG_LEVEL = 10
        MIN_EOS_VERSION = '4.14.6F'
        SWITCH = {'eapi_protocol': 'unix-socket', 'ip': '127.0.0.1', 'eapi_username': '', 'eapi_password': ''}
        MIRROR_AFTER_REWRITES = True
        APP_NAME_MAX_CHARS = 9
        FLOWMGR_RUN_INTERVAL = 60
        TCAM_REAP_THRESHOLD_PCT = 98
        TCAM_REAP_LEAST_ACTIVE_PCT = 10
        BYPASS_FLOW_LIFETIME = 150
        BYPASS_FLOW_IDLE_TIMEOUT = 5
        DROP_FLOW_LIFETIME = 30
        DROP_FLOW_IDLE_TIMEOUT = 5
        REDIRECT_FLOW_LIFETIME = 30
        REDIRECT_FLOW_IDLE_TIMEOUT = 2
        FLOW_LIFETIME_MAX = 1440
        MAX_SYSLOG_MSG_AGE = 5
        SYSLOG_CONN_TIMEOUT = 240
        REWRITE_VLAN_ON_EGRESS = False
        SWITCH_INTERFACE_A_VLAN = 0
        SWITCH_INTERFACE_B_VLAN = 0
        SYSLOG_PORT = 9514
        SYSLOG_SENDER_FACILITY = 1
        DFA_LOG_MSGS_TO_SERVER = ('', 0)
        DEDUP_CACHE_ENTRY_LIFETIME = 1
        DEDUP_CACHE_MAX_SIZE = 1000
        MONITOR_FLOWS_REFRESH_DEFAULT = 5
        MONITOR_FLOWS_MAX_DISPLAY = 20
        ALLOW_ASYMMETRIC_BYPASSES = True
        FW_INTF_IN_SYSLOG_MSG = True
        PRIORITY_STATIC_PORT_BINDING_FLOW = 10
        PRIORITY_REDIRECT_FLOW = 30
        PRIORITY_BYPASS_FW_FLOW = 40
        PRIORITY_DROP_FLOW = 50
        STORM_CONTROL_BCAST_LEVEL = '0.1'
        STORM_CONTROL_MCAST_LEVEL = '0.1'
        STATIC_BINDING_FLOWNAME_PREFIX = 'STATIC'
        DROP_FLOWNAME_PREFIX = 'DROP'
        BYPASS_FLOWNAME_PREFIX = 'BYPASS'
        REDIR_FLOWNAME_PREFIX = 'REDIR_TO_FW'
        OPEN_SYSLOG_UDP_PORT_CMD = CLOSE_SYSLOG_UDP_PORT_CMD = ''
        OPEN_SYSLOG_TCP_PORT_CMD = CLOSE_SYSLOG_TCP_PORT_CMD = ''
        """;

    /// <summary>Options that only a config.py sets, under both their names.</summary>
    public static readonly IReadOnlySet<string> UserOptions = new HashSet<string>(StringComparer.Ordinal)
    {
        "OPERATING_MODE", "OPERATION_MODE", "SYSLOG_TRANSPORT", "ACCEPT_SYSLOG_MSGS_FROM_IP", "APP_NAME",
        "SWITCH_INTERFACE_A", "SWITCH_INTERFACE_AF", "SWITCH_INTERFACE_HA_AF", "FIREWALL_INTERFACE_AF",
        "SWITCH_INTERFACE_B", "SWITCH_INTERFACE_BF", "SWITCH_INTERFACE_HA_BF", "FIREWALL_INTERFACE_BF",
        "SWITCH_INTERFACES_TO_FW_TAP", "SWITCH_INTERFACE_TO_FW_TAP", "SWITCH_INTERFACES_TO_BE_MIRRORED",
        "COS_TOS_MARKING", "COS_TOS_MARKINGS", "DEFAULT_THRU_FIREWALL_MODE", "DFA_CONTROLLER_SPEC",
        "SSL_CA_CERTS_FILE", "SSL_DFA_CERT_FILE", "SSL_DFA_KEY_FILE", "DFA_IGNORE_FILTER",
        Variant.Labels, Variant.Suffix,
    };

    // The text reads itself: nothing in it comes from elsewhere.
    private static PyModule Read(PyModule empty) =>
        ConfigPyReader.Read(Source, empty.File, empty).Module
            ?? throw new InvalidOperationException("the built-in defaults do not parse");
}
