using Assist.Rules;

namespace Assist.Import;

/// <summary>Options of the original that have no place here, and why.</summary>
internal static class OptionsLeftOut
{
    public static readonly (string Option, string Reason)[] WhenChanged =
    [
        ("SYSLOG_CONN_TIMEOUT", "a connection may idle for hours; limits.frame_timeout bounds a frame instead"),
        ("DFA_LOG_MSGS_TO_SERVER", "our own log goes to standard output and log.file; forward it from there"),
        ("PRIORITY_STATIC_PORT_BINDING_FLOW", "priorities are fixed: 10 static, 30 redirect, 40 bypass, 50 drop"),
        ("PRIORITY_REDIRECT_FLOW", "priorities are fixed: 10 static, 30 redirect, 40 bypass, 50 drop"),
        ("PRIORITY_BYPASS_FW_FLOW", "priorities are fixed: 10 static, 30 redirect, 40 bypass, 50 drop"),
        ("PRIORITY_DROP_FLOW", "priorities are fixed: 10 static, 30 redirect, 40 bypass, 50 drop"),
        ("APP_NAME_MAX_CHARS", "a flow's name is derived from its match alone"),
        ("STATIC_BINDING_FLOWNAME_PREFIX", "the beginnings of flow names are fixed"),
        ("DROP_FLOWNAME_PREFIX", "the beginnings of flow names are fixed"),
        ("BYPASS_FLOWNAME_PREFIX", "the beginnings of flow names are fixed"),
        ("REDIR_FLOWNAME_PREFIX", "the beginnings of flow names are fixed"),
        ("PID_FILENAME", "the daemon is found by control.socket"),
    ];
}
