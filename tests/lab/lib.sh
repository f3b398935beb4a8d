# The laboratory's parts: namespaces, a switch, a firewall, senders, and the witnesses. Sourced by parts/*.
#
# A check asks only parties that know nothing of assist: the echoes that a session gets, the counters of the firewall's
# namespace, and the switch by its own `show` commands. See docs/lab.md.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Given by tests/lab/run.
program=${LAB_PROGRAM:?folder with the published assist}
emulator=${LAB_EMULATOR:?the program assist-eos}
deadline=${LAB_DEADLINE:-30}

part=$(basename "$0")
lab=asl$$
dir=$(mktemp -d "/tmp/$lab.XXXX")
cli=$lab-cli srv=$lab-srv fw=$lab-fw sw=$lab-sw wire=$lab-wire
client=192.0.2.1 other=192.0.2.11 server=192.0.2.2
client6=2001:db8:2::1 server6=2001:db8:2::2
management=198.51.100.1 firewall=198.51.100.2 stranger=198.51.100.9
port=9514 tls=6514 mutual=6515
passed=0 failed=0
more_namespaces=()

# --- order ------------------------------------------------------------------------------------------------------------

in_ns() { local ns=$1; shift; ip netns exec "$ns" "$@"; }

# Runs in the background in a namespace, where the cleaning up finds it; the process id in $started.
start() { # NAMESPACE NAME COMMAND...
  local ns=$1 name=$2; shift 2
  ip netns exec "$ns" "$@" >>"$dir/$name.log" 2>&1 </dev/null &
  started=$!
  disown "$started"
}

clean_up() {
  trap - EXIT INT TERM HUP
  local ns pid
  for signal in TERM KILL; do
    for ns in "$cli" "$srv" "$fw" "$sw" "$wire" "${more_namespaces[@]}"; do
      for pid in $(ip netns pids "$ns" 2>/dev/null); do kill -s "$signal" "$pid" 2>/dev/null; done
    done
    [ "$signal" = TERM ] && for _ in $(seq 40); do
      [ -z "$(for ns in "$cli" "$srv" "$fw" "$sw" "$wire" "${more_namespaces[@]}"; do ip netns pids "$ns" 2>/dev/null; done)" ] && break
      sleep 0.05
    done
  done
  for ns in "$cli" "$srv" "$fw" "$sw" "$wire" "${more_namespaces[@]}"; do ip netns del "$ns" 2>/dev/null; done
  [ -n "${LAB_KEEP:-}" ] && [ "$failed" -gt 0 ] && mkdir -p "$LAB_KEEP" && cp -r "$dir" "$LAB_KEEP/$part"
  rm -rf "$dir"
}

interrupted() { clean_up; exit 130; }

finish() {
  echo "$part: $passed passed, $failed failed"
  clean_up
  [ "$failed" -eq 0 ]
  exit
}

die() { echo "FAIL $part: $*"; failed=$((failed + 1)); finish; }

# --- checks -----------------------------------------------------------------------------------------------------------

verdict() { # IS-GOOD WHAT DETAIL
  if [ "$1" = yes ]; then
    passed=$((passed + 1)); echo "ok   $part: $2"
  else
    failed=$((failed + 1)); echo "FAIL $part: $2${3:+ ($3)}"
    [ -n "${LAB_STOP_AT_FAILURE:-}" ] && finish
  fi
}

check() { # WHAT COMMAND...: the command succeeds before the deadline
  local what=$1; shift
  if until_true "$@"; then verdict yes "$what"; else verdict no "$what" "never so: $*"; fi
}

equal() { # WHAT GOT WANTED
  if [ "$2" = "$3" ]; then verdict yes "$1"; else verdict no "$1" "$2 instead of $3"; fi
}

at_least() { # WHAT GOT WANTED
  if [ "$2" -ge "$3" ] 2>/dev/null; then verdict yes "$1"; else verdict no "$1" "$2 is less than $3"; fi
}

until_true() {
  local end=$((SECONDS + deadline))
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -ge "$end" ] && return 1
    sleep 0.05
  done
}

figure() { [ -n "${LAB_FIGURES:-}" ] && printf '%s\t%s\n' "$1" "$2" >>"$LAB_FIGURES"; return 0; }

# --- topology ---------------------------------------------------------------------------------------------------------

# Frames are made and read in software, so that no checksum may be left to hardware.
leg() { # NAMESPACE INTERFACE PORT-OF-THE-SWITCH
  ip link add name "$2" netns "$1" type veth peer name "$3" netns "$sw" || die "no interface $2"
  quiet_leg "$1" "$2"
  quiet_leg "$sw" "$3"
}

quiet_leg() { # NAMESPACE INTERFACE
  in_ns "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null 2>&1
  ip -n "$1" link set dev "$2" up
}

no_ipv6() { in_ns "$1" sh -c "echo 1 >/proc/sys/net/ipv6/conf/$2/disable_ipv6"; }

set_up_hosts() {
  local ns
  for ns in "$cli" "$srv" "$fw" "$sw"; do
    ip netns add "$ns" || die "no network namespace"
    ip -n "$ns" link set dev lo up
  done
  leg "$cli" eth0 et1
  leg "$srv" eth0 et4
  leg "$fw" a et2
  leg "$fw" b et5
  leg "$fw" tap et7
  for ns in a b tap; do no_ipv6 "$fw" "$ns"; done
  for ns in et1 et2 et4 et5 et7; do no_ipv6 "$sw" "$ns"; done
  ip -n "$cli" addr add "$client/24" dev eth0
  ip -n "$cli" addr add "$other/24" dev eth0
  ip -n "$srv" addr add "$server/24" dev eth0
  ip -n "$cli" addr add "$client6/64" dev eth0 nodad
  ip -n "$srv" addr add "$server6/64" dev eth0 nodad
  ip -n "$fw" link add name vwire type bridge mcast_snooping 0
  no_ipv6 "$fw" vwire
  ip -n "$fw" link set dev a master vwire
  ip -n "$fw" link set dev b master vwire
  ip -n "$fw" link set dev vwire "${firewall_wire:-up}"
  in_ns "$fw" nft -f - <<'RULES' || die "no packet counters in the firewall"
table bridge lab {
  chain crossing { type filter hook forward priority 0; }
}
table netdev lab {
  chain heard { type filter hook ingress device "tap" priority 0; }
}
RULES
}

# Between firewall and daemon: the wire that the logs take.
set_up_management() {
  ip link add name mgmt netns "$fw" type veth peer name mgmt netns "$sw"
  address_management "$fw" mgmt
}

address_management() { # NAMESPACE INTERFACE of the firewall's end
  ip -n "$1" addr add "$firewall/24" dev "$2"
  ip -n "$1" addr add "$stranger/24" dev "$2"
  ip -n "$sw" addr add "$management/24" dev mgmt
  ip -n "$1" link set dev "$2" up
  ip -n "$sw" link set dev mgmt up
}

export_ovs() { export OVS_RUNDIR=$dir OVS_LOGDIR=$dir OVS_DBDIR=$dir OVS_SYSCONFDIR=$dir; }

# --enable-dummy lets the clock be moved; packets stay real.
start_ovs() {
  start "$sw" vswitchd ovs-vswitchd --enable-dummy "unix:$dir/db.sock" --pidfile="$dir/ovs-vswitchd.pid" \
    --log-file="$dir/ovs-vswitchd.log" -vconsole:off --unixctl="$dir/ovs.ctl"
  ovs_pid=$started
}

set_up_ovs() {
  export_ovs
  ovsdb-tool create "$dir/conf.db" /usr/share/openvswitch/vswitch.ovsschema || die "no database of Open vSwitch"
  start "$sw" ovsdb ovsdb-server "$dir/conf.db" --remote="punix:$dir/db.sock" --pidfile="$dir/ovsdb-server.pid" -vconsole:off
  until_true test -S "$dir/db.sock" || die "no ovsdb-server"
  ovs-vsctl --db="unix:$dir/db.sock" --no-wait init
  start_ovs
  local ports="" n
  for n in 1 2 4 5 7; do ports="$ports -- add-port br et$n -- set interface et$n ofport_request=$n"; done
  # shellcheck disable=SC2086 # words of a command
  ovs-vsctl -t "$deadline" --db="unix:$dir/db.sock" add-br br -- set bridge br datapath_type=netdev fail_mode=secure \
    'protocols=[OpenFlow10,OpenFlow13,OpenFlow14]' $ports || die "no bridge"
}

start_emulator() { # UNMATCHED
  rm -f "$dir/eos.ready"
  start "$sw" eos "$emulator" --socket "$dir/eos" --ready-file "$dir/eos.ready" --http 8080 --user admin --password lab \
    --datapath ovs --ovs-bridge "unix:$dir/br.mgmt" --ovs-unmatched "$1" \
    --ovs-port Ethernet1=1 --ovs-port Ethernet2=2 --ovs-port Ethernet4=4 --ovs-port Ethernet5=5 --ovs-port Ethernet7=7
  until_true test -e "$dir/eos.ready" || die "the switch does not start: $(tail -1 "$dir/eos.log")"
}

# Stands between the daemon and the switch: gone, it is eAPI turned off; with a mutation, it is a daemon gone wrong.
start_eapi() {
  start "$sw" proxy "$here/eapi-proxy" "$dir/eapi" "$dir/eos" "${LAB_MUTANT:-faithful}"
  eapi_pid=$started
  until_true test -S "$dir/eapi" || die "no eAPI"
}

stop_eapi() { kill_hard "$eapi_pid"; rm -f "$dir/eapi"; }

write_configuration() { # MODE MORE
  local listeners="{transport: udp, port: $port}, {transport: tcp, port: $port}"
  [ -e "$dir/ca.crt" ] && listeners="$listeners, {transport: tls, port: $tls, certificate: server.crt, key: server.key}, \
{transport: tls, port: $mutual, certificate: server.crt, key: server.key, client_ca: ca.crt}"
  cat >"$dir/assist.yaml" <<YAML
mode: $1
firewall: {senders: [$firewall]}
listeners: [$listeners]
zones:
  a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}
  b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}
switch: {eapi: "unix:$dir/eapi"}
control: {socket: control.sock, state_directory: state}
log: {file: assist.log}
flows: {reconcile_interval: 5s, ports_per_pair: 0} # one client has many sessions cut
${2:-}
YAML
}

assist() { in_ns "$sw" "$program/assist" --config "$dir/assist.yaml" "$@"; }

start_daemon() {
  start "$sw" daemon "$program/assist" --config "$dir/assist.yaml" run
  daemon_pid=$started
  until_true listens || die "the daemon does not listen: $(tail -2 "$dir/daemon.log")"
}

# A process that was killed keeps its sockets for a while on a slow machine.
kill_hard() { # PID
  kill -s KILL "$1"
  until_true is_dead "$1" || die "process $1 does not die"
}

is_dead() { ! kill -0 "$1" 2>/dev/null; }

listens() { in_ns "$sw" ss -Hlun "sport = :$port" | grep -q . && in_ns "$sw" ss -Hltn "sport = :$port" | grep -q .; }

# Everything, up to a daemon that takes logs.
set_up() { # MODE UNMATCHED MORE
  trap clean_up EXIT
  trap interrupted INT TERM HUP
  set_up_hosts
  set_up_management
  set_up_ovs
  start_emulator "$2"
  start_eapi
  write_configuration "$1" "${3:-}"
  assist setup >"$dir/setup.log" 2>&1 || die "setup: $(tail -1 "$dir/setup.log")"
  start_daemon
  start "$srv" echo "$here/talk" serve 7000-7019
  until_true serves || die "the server does not listen"
}

serves() { in_ns "$srv" ss -Hltn "sport = :7019" | grep -q .; }

# --- the firewall's logs ----------------------------------------------------------------------------------------------

# A PAN-OS TRAFFIC log of now, without a header.
traffic() { # SUBTYPE ACTION PROTOCOL FROM FROM-PORT TO TO-PORT [RULE] [APPLICATION]
  local now; now=$(date '+%Y/%m/%d %H:%M:%S')
  printf '1,%s,001801014991,TRAFFIC,%s,1,%s,%s,%s,,,%s,,,%s,vsys1,a,b,ethernet1/1,ethernet1/2,assist,%s,77,1,%s,%s,0,0,0x0,%s,%s,377,299,78,4,%s,0,any,0,2255104,0x0,US,US,0,3,1,n/a' \
    "$now" "$1" "$now" "$4" "$6" "${8:-web}" "${9:-ssl}" "$now" "$5" "$7" "$3" "$2" "$now"
}

# A THREAT log of now.
threat() { # ACTION PROTOCOL FROM FROM-PORT TO TO-PORT
  local now; now=$(date '+%Y/%m/%d %H:%M:%S')
  printf '1,%s,001801014991,THREAT,spyware,1,%s,%s,%s,,,web,,,ssl,vsys1,a,b,ethernet1/1,ethernet1/2,assist,%s,77,1,%s,%s,0,0,0x0,%s,%s,"x",Laboratory(1),any,medium,client-to-server,222,0x0,US,US,0,,0,,' \
    "$now" "$now" "$3" "$5" "$now" "$4" "$6" "$2" "$1"
}

denied() { traffic drop deny "$@"; }
allowed() { traffic start allow "$@"; }

# As the firewall does it unless a part is about senders: logger(1), UDP, RFC 3164.
log() { in_ns "$fw" logger -n "$management" -P "$port" -d --rfc3164 -p user.info -t PA-3020 -- "$1"; }

# --- witnesses --------------------------------------------------------------------------------------------------------

# A session from the client's side: a numbered line every 20 ms; the echoes stand in a file of its name.
talk() { # NAME PROTOCOL FROM FROM-PORT TO TO-PORT
  start "$cli" "$1" "$here/talk" session "$2" "$3" "$4" "$5" "$6" "$dir/$1.echoes"
  talker=$started
  until_true has_echoes "$1" 3 || die "session $1 gets no echoes"
}

echoes() { wc -l <"$dir/$1.echoes"; }

has_echoes() { [ "$(echoes "$1")" -ge "$2" ]; }

goes_on() { # NAME: further echoes come
  local wanted=$(($(echoes "$1") + ${2:-15}))
  until_true has_echoes "$1" "$wanted"
}

# Not one echo while the other session got many: no clock is asked, so that a slow machine proves the same.
is_cut() { # NAME WHILE-NAME
  local before
  goes_on "$2" 5 || return 1
  before=$(echoes "$1")
  goes_on "$2" 25 || return 1
  [ "$(echoes "$1")" -eq "$before" ]
}

# Milliseconds from a moment to the last echo.
last_echo_after() { # NAME MOMENT-IN-MS
  awk -v from="$2" '{ last = $3 } END { printf "%.0f", last - from }' "$dir/$1.echoes"
}

now_ms() { date +%s%3N; }

# Packets of the named kind that crossed the firewall, or that its tap heard, since it was named.
watch_firewall() { in_ns "$fw" nft add rule bridge lab crossing "$2" counter comment "\"$1\""; }
watch_tap() { in_ns "$fw" nft add rule netdev lab heard "$2" counter comment "\"$1\""; }

seen() { # NAME
  in_ns "$fw" nft list ruleset | awk -v name="comment \"$1\"" \
    'index($0, name) { for (i = 1; i < NF; i++) if ($i == "packets") sum += $(i + 1) } END { print sum + 0 }'
}

moves() { # NAME: the firewall sees more of it
  local wanted=$(($(seen "$1") + ${2:-5}))
  until_true sees "$1" "$wanted"
}

sees() { [ "$(seen "$1")" -ge "$2" ]; }

stands_still() { # NAME WHILE-NAME: the firewall sees none of it while a session gets echoes
  local before
  goes_on "$2" 5 || return 1
  before=$(seen "$1")
  goes_on "$2" 25 || return 1
  [ "$(seen "$1")" -eq "$before" ]
}

# A frame on the server's wire, as tcpdump(8) prints it.
on_the_wire() { # FILTER WHAT-IT-SHOWS
  in_ns "$srv" timeout 5 tcpdump -lnnev -i eth0 -c 3 "$1" 2>/dev/null | grep -E "$2"
}

# The switch in its own words.
show() { "$here/eapi" "$dir/eos" "$@"; }
flows() { show flows "$1"; }
holds() { [ "$(flows "$1" | wc -l)" -eq "$2" ]; }
taken() { show packets "$1"; }
has_taken() { [ "$(taken "$1")" -ge "$2" ]; }

# Moves the clock of the switch.
forward() { ovs-appctl -t "$dir/ovs.ctl" time/warp "$(($1 * 1000))" 1000 >/dev/null; }
