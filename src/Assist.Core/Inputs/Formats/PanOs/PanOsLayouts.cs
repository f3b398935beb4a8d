
namespace Assist.Inputs.Formats.PanOs;

/// <summary>Columns that TRAFFIC and THREAT share; they have not moved from PAN-OS 4 to 12, releases append.</summary>
internal static class PanOsColumns
{
    public const int ReceiveTime = 1, Serial = 2, Type = 3, Subtype = 4, GenerateTime = 6;
    public const int Source = 7, Destination = 8, NatSource = 9, NatDestination = 10, Rule = 11, SourceUser = 12;
    public const int Application = 14, SourceZone = 16, DestinationZone = 17, InInterface = 18, OutInterface = 19;
    public const int LogProfile = 20, SessionId = 22, SourcePort = 24, DestinationPort = 25;
    public const int NatSourcePort = 26, NatDestinationPort = 27, Flags = 28, Protocol = 29, Action = 30;
    public const int ThreatName = 32, Direction = 35, ThreatSequence = 36, TrafficSequence = 39;

    /// <summary>Columns 0 to 30 are needed: all that a flow is made of.</summary>
    public const int Needed = 31;

    /// <summary>The shortest layout a firewall was seen to send (THREAT up to 5.0).</summary>
    public const int Shortest = 42;
}

/// <summary>The field names of each column: up to 45 (44) those of the original DirectFlow Assist, which rules use;
/// later ones the vendor's variable names. Empty where the vendor keeps a column for future use.</summary>
internal static class PanOsLayouts
{
    private const string Common =
        "Domain,Receive Time,Serial #,Type,Threat/Content Type,Config Version,Generate Time,Source address," +
        "Destination address,NAT Source IP,NAT Destination IP,Rule,Source User,Destination User,Application," +
        "Virtual System,Source Zone,Destination Zone,Inbound Interface,Outbound Interface,Log Action,Time Logged," +
        "Session ID,Repeat Count,Source Port,Destination Port,NAT Source Port,NAT Destination Port,Flags," +
        "IP Protocol,Action,";

    private const string DeviceGroups = "dg_hier_level_1,dg_hier_level_2,dg_hier_level_3,dg_hier_level_4,";

    private const string DeviceIds =
        "src_category,src_profile,src_model,src_vendor,src_osfamily,src_osversion,src_host,src_mac," +
        "dst_category,dst_profile,dst_model,dst_vendor,dst_osfamily,dst_osversion,dst_host,dst_mac," +
        "container_id,pod_namespace,pod_name,src_edl,dst_edl,";

    private const string ApplicationFacts =
        "subcategory_of_app,category_of_app,technology_of_app,risk_of_app,characteristic_of_app,container_of_app," +
        "tunneled_app,is_saas_of_app,sanctioned_state_of_app,";

    // The comments name the release whose layout ends at that line.
    public static readonly FieldLayout Traffic = Layout("TRAFFIC", 0, Common +
        "Bytes,Bytes Sent,Bytes Received,Packets,Start Time,Elapsed Time (sec),Category,Padding,seqno,actionflags," +
        "Source Country,Destination Country,cpadding,pkts_sent,pkts_received," +                    // 6.0
        "session_end_reason," +                                                                     // 6.1
        DeviceGroups + "vsys_name,device_name,action_source," +                                     // 7.0
        "src_uuid,dst_uuid,tunnelid,monitortag,parent_session_id,parent_start_time,tunnel," +       // 8.0
        "assoc_id,chunks,chunks_sent,chunks_received," +                                            // 8.1
        "rule_uuid,http2_connection," +                                                             // 9.0
        "link_change_count,policy_id,link_switches,sdwan_cluster,sdwan_device_type,sdwan_cluster_type,sdwan_site," +
        "dynusergroup_name," +                                                                      // 9.1
        "xff_ip," + DeviceIds + "hostid,serialnumber,src_dag,dst_dag,session_owner,high_res_timestamp," +
        "nsdsai_sst,nsdsai_sd," + ApplicationFacts + "offloaded," +                                 // 10.0 to 10.2
        "flow_type,cluster_name");                                                                  // 11

    public static readonly FieldLayout Threat = Layout("THREAT", 1, Common +
        "URL,Threat/Content Name,Category,Severity,Direction,seqno,actionflags,Source Country,Destination Country," +
        "cpadding,contenttype,pcap_id,filedigest,cloud," +                                          // 6.0
        "url_idx,user_agent,filetype,xff,referer,sender,subject,recipient,reportid," +              // 6.1
        DeviceGroups + "vsys_name,device_name,file_url," +                                          // 7.0
        "src_uuid,dst_uuid,http_method,tunnelid,monitortag,parent_session_id,parent_start_time,tunnel," +
        "thr_category,contentver,sig_flags," +                                                      // 8.0
        "assoc_id,ppid,http_headers," +                                                             // 8.1
        "url_category_list,rule_uuid,http2_connection," +                                           // 9.0
        "dynusergroup_name," +                                                                      // 9.1
        "xff_ip," + DeviceIds + "hostid,serialnumber,domain_edl,src_dag,dst_dag,partial_hash,high_res_timestamp," +
        "reason,justification,nssai_sst," + ApplicationFacts +                                      // 10.0, 10.1
        "cloud_reportid," +                                                                         // 10.2
        "flow_type,cluster_name");                                                                  // 11

    public static readonly IReadOnlyList<FieldLayout> All = [Traffic, Threat];

    public static readonly int TrafficEndReason = Traffic.IndexOf("session_end_reason");
    public static readonly int TrafficParent = Traffic.IndexOf("parent_session_id");
    public static readonly int TrafficHighResolution = Traffic.IndexOf("high_res_timestamp");
    public static readonly int ThreatParent = Threat.IndexOf("parent_session_id");
    public static readonly int ThreatHighResolution = Threat.IndexOf("high_res_timestamp");

    private static FieldLayout Layout(string name, int ordinal, string names) =>
        new(name, ordinal, names.Split(','), Roles(threat: ordinal == 1));

    private static Dictionary<FieldRole, int> Roles(bool threat)
    {
        var roles = new Dictionary<FieldRole, int>
        {
            [FieldRole.Type] = PanOsColumns.Type,
            [FieldRole.Subtype] = PanOsColumns.Subtype,
            [FieldRole.Action] = PanOsColumns.Action,
            [FieldRole.Application] = PanOsColumns.Application,
            [FieldRole.Rule] = PanOsColumns.Rule,
            [FieldRole.LogProfile] = PanOsColumns.LogProfile,
            [FieldRole.InInterface] = PanOsColumns.InInterface,
            [FieldRole.OutInterface] = PanOsColumns.OutInterface,
            [FieldRole.SourceZone] = PanOsColumns.SourceZone,
            [FieldRole.DestinationZone] = PanOsColumns.DestinationZone,
            [FieldRole.SessionId] = PanOsColumns.SessionId,
            [FieldRole.Serial] = PanOsColumns.Serial,
            [FieldRole.User] = PanOsColumns.SourceUser,
            [FieldRole.Sequence] = threat ? PanOsColumns.ThreatSequence : PanOsColumns.TrafficSequence,
        };
        if (!threat) return roles;
        roles[FieldRole.ThreatName] = PanOsColumns.ThreatName;
        roles[FieldRole.Direction] = PanOsColumns.Direction;
        return roles;
    }
}
