# The network of the part flowspec: an engine, four edges and somebody outside. Sourced after lib.sh.

edge_frr=$lab-frr edge_bird=$lab-bird edge_gobgp=$lab-gobgp edge_exa=$lab-exa outside=$lab-out hub=$lab-hub
more_namespaces=("$edge_frr" "$edge_bird" "$edge_gobgp" "$edge_exa" "$outside" "$hub")
attacker=198.18.0.99 victim=203.0.113.9
port_of_rule=40001

set_up_edges() {
  trap clean_up EXIT
  trap interrupted INT TERM HUP
  chmod 755 "$dir"
  local ns
  for ns in "${more_namespaces[@]}"; do ip netns add "$ns" && ip -n "$ns" link set dev lo up; done
  ip -n "$hub" link add name hub type bridge mcast_snooping 0
  ip -n "$hub" link set dev hub up
  port "$edge_frr" frr 11
  port "$edge_bird" bird 12
  port "$edge_gobgp" gobgp 13
  port "$edge_exa" exa 14
  port "$outside" out 99
  ip -n "$edge_gobgp" addr add $victim/32 dev lo
  # Its answers come from the address that was asked.
  ip -n "$edge_gobgp" route add $attacker/32 dev edge src $victim
  ip -n "$outside" route add 203.0.113.0/24 via 198.18.0.13
}

# The engine stands where the daemon is, in the namespace of the switch. To be called after set_up.
start_fabric() {
  port "$sw" engine 10
  write_engine
  start_engine
  start_frr
  start_bird
  start_edge_gobgp
  start_exa
}

port() { # NAMESPACE NAME HOST-NUMBER
  ip link add name edge netns "$1" type veth peer name "p$2" netns "$hub" || die "no interface for $2"
  ip -n "$hub" link set dev "p$2" master hub up
  ip -n "$1" addr add "198.18.0.$3/24" dev edge
  ip -n "$1" link set dev edge up
}

# --- the engine -------------------------------------------------------------------------------------------------------

families() { # INDENT
  local family
  for family in ipv4-flowspec ipv6-flowspec; do
    printf '  [[neighbors.afi-safis]]\n    [neighbors.afi-safis.config]\n      afi-safi-name = "%s"\n' $family
    [ -n "${1:-}" ] && printf '    [neighbors.afi-safis.prefix-limit.config]\n      max-prefixes = %s\n' "$1"
  done
}

# As docs/flow-spec.md has it.
write_engine() {
  {
    printf '[global.config]\n  as = 65010\n  router-id = "198.18.0.10"\n'
    for n in 11 12 13 14; do
      cat <<TOML
[[neighbors]]
  [neighbors.config]
    neighbor-address = "198.18.0.$n"
    peer-as = 65010
  [neighbors.timers.config]
    hold-time = 9
    keepalive-interval = 3
    connect-retry = 1
    idle-hold-time-after-reset = 1
  [neighbors.route-reflector.config]
    route-reflector-client = true
    route-reflector-cluster-id = "198.18.0.10"
TOML
      families
    done
  } >"$dir/engine.toml"
}

start_engine() {
  # A socket that is left over would keep it from starting.
  rm -f "$dir/engine.sock"
  start "$sw" engine gobgpd -f "$dir/engine.toml" --api-hosts "unix://$dir/engine.sock" --pprof-disable
  engine_pid=$started
  until_true engine global || die "no engine: $(tail -1 "$dir/engine.log")"
}

engine() { gobgp --target "unix://$dir/engine.sock" "$@"; }

established() { # EDGE
  local n; case $1 in frr) n=11;; bird) n=12;; gobgp) n=13;; exa) n=14;; esac
  engine neighbor | grep -E "^198\.18\.0\.$n .*Establ"
}

# --- the edges --------------------------------------------------------------------------------------------------------

start_frr() {
  mkdir "$dir/frr"
  cat >"$dir/frr/bgpd.conf" <<C
router bgp 65010
 bgp router-id 198.18.0.11
 neighbor 198.18.0.10 remote-as 65010
 neighbor 198.18.0.10 timers 3 9
 neighbor 198.18.0.10 timers connect 1
 address-family ipv4 unicast
  no neighbor 198.18.0.10 activate
 exit-address-family
 address-family ipv4 flowspec
  neighbor 198.18.0.10 activate
 exit-address-family
 address-family ipv6 flowspec
  neighbor 198.18.0.10 activate
 exit-address-family
C
  : >"$dir/frr/zebra.conf"
  chown -R frr:frr "$dir/frr"
  local own="-z $dir/frr/zserv.api --vty_socket $dir/frr -u frr -g frr"
  # shellcheck disable=SC2086 # words of a command
  start "$edge_frr" zebra /usr/lib/frr/zebra -f "$dir/frr/zebra.conf" -i "$dir/frr/zebra.pid" $own
  until_true test -S "$dir/frr/zserv.api" || die "no zebra: $(tail -1 "$dir/zebra.log")"
  # shellcheck disable=SC2086
  start "$edge_frr" bgpd /usr/lib/frr/bgpd -f "$dir/frr/bgpd.conf" -i "$dir/frr/bgpd.pid" $own
}

# With validation by RFC 9117: a rule of a session within the autonomous system needs a destination and nothing else.
start_bird() {
  cat >"$dir/bird.conf" <<C
router id 198.18.0.12;
protocol device {}
ipv4 table master4 { trie; }
ipv6 table master6 { trie; }
flow4 table f4;
flow6 table f6;
protocol bgp engine {
  local as 65010;
  neighbor 198.18.0.10 as 65010;
  hold time 9; keepalive time 3; connect delay time 1; connect retry time 1;
  error wait time 1, 5;
  graceful restart off;
  flow4 { table f4; import all; export none; validate; base table master4; };
  flow6 { table f6; import all; export none; validate; base table master6; };
}
C
  start "$edge_bird" bird bird -f -c "$dir/bird.conf" -s "$dir/bird.ctl"
}

start_edge_gobgp() { # LIMIT
  rm -f "$dir/edge.sock"
  {
    printf '[global.config]\n  as = 65010\n  router-id = "198.18.0.13"\n[[neighbors]]\n  [neighbors.config]\n    neighbor-address = "198.18.0.10"\n    peer-as = 65010\n  [neighbors.timers.config]\n    hold-time = 9\n    keepalive-interval = 3\n    connect-retry = 1\n    idle-hold-time-after-reset = 1\n'
    families "${1:-}"
  } >"$dir/edge.toml"
  start "$edge_gobgp" edge gobgpd -f "$dir/edge.toml" --api-hosts "unix://$dir/edge.sock" --pprof-disable
  edge_pid=$started
  [ -n "${1:-}" ] || start "$edge_gobgp" plane "$here/flowspec-nft" "$dir/edge.sock"
}

limit_edge() { # LIMIT
  kill_hard "$edge_pid"
  start_edge_gobgp "$1"
}

start_exa() {
  cat >"$dir/exa.sh" <<C
#!/bin/sh
while read -r line; do echo "\$line" >>$dir/exa.json; done
C
  chmod 755 "$dir/exa.sh"
  : >"$dir/exa.json"
  chmod 666 "$dir/exa.json"
  cat >"$dir/exa.conf" <<C
process log { run $dir/exa.sh; encoder json; }
neighbor 198.18.0.10 {
  router-id 198.18.0.14; local-address 198.18.0.14; local-as 65010; peer-as 65010; hold-time 9;
  family { ipv4 flow; ipv6 flow; }
  api { processes [ log ]; neighbor-changes; receive { parsed; update; } }
}
C
  start "$edge_exa" exa env exabgp.daemon.user=root exabgp.daemon.daemonize=false exabgp.log.all=false exabgp.tcp.bind= \
    exabgp.api.cli=false exabgp "$dir/exa.conf"
}

# --- what the edges say -----------------------------------------------------------------------------------------------

everywhere() { local edge; for edge in frr bird gobgp exa; do "$1" $edge || return 1; done; }
nowhere() { nowhere_of "$1" frr bird gobgp exa; }
nowhere_of() { local what=$1 edge; shift; for edge in "$@"; do "$what" "$edge" && return 1; done; return 0; }

vty() { vtysh --vty_socket "$dir/frr" -c "$1" 2>/dev/null; }
at_edge() { gobgp --target "unix://$dir/edge.sock" global rib -a "$1" 2>/dev/null; }

# What ExaBGP has been told and not told to forget; a session that ends takes all away.
exa_has() { # PATTERN OF A RULE
  python3 - "$dir/exa.json" "$1" <<'PY'
import json, re, sys
rules = {}
for line in open(sys.argv[1]):
    try: message = json.loads(line)
    except ValueError: continue
    if message.get("type") == "state" and message["neighbor"]["state"] == "down": rules.clear()
    update = message.get("neighbor", {}).get("message", {}).get("update", {})
    for family, hops in update.get("announce", {}).items():
        for some in hops.values():
            for rule in some: rules[rule["string"]] = json.dumps(update.get("attribute", {}))
    for some in update.get("withdraw", {}).values():
        for rule in some: rules.pop(rule["string"], None)
sys.exit(not any(re.search(sys.argv[2], name + " " + how) for name, how in rules.items()))
PY
}

has_rule() { # EDGE: the drop of the attacker's session
  case $1 in
    frr) vty "show bgp ipv4 flowspec detail" | tr '\n' ' ' | grep -E "$victim/32.*$attacker/32.*= 17.*= 7000.*= $port_of_rule.*FS:rate 0" ;;
    bird) birdc -s "$dir/bird.ctl" show route table f4 all | grep -A8 -E "^flow4 \{ dst $victim/32; src $attacker/32; proto 17; dport 7000; sport $port_of_rule; \}.*\(100\)" | grep -q '(generic, 0x80060000, 0x0)' ;;
    gobgp) at_edge ipv4-flowspec | grep -F "[destination: $victim/32][source: $attacker/32][protocol: ==udp][destination-port: ==7000][source-port: ==$port_of_rule]" | grep -F '[discard]' ;;
    exa) exa_has "destination-ipv4 $victim/32 source-ipv4 $attacker/32 protocol =udp destination-port =7000 source-port =$port_of_rule .*rate-limit:0" ;;
  esac
}

has_rule6() { # EDGE
  case $1 in
    frr) vty "show bgp ipv6 flowspec detail" | tr '\n' ' ' | grep -E "2001:db8:5::9/128.*2001:db8:6::7/128.*= 6.*= 443.*= 40001.*FS:rate 0" ;;
    bird) birdc -s "$dir/bird.ctl" show route table f6 | grep -E '^flow6 \{ dst 2001:db8:5::9/128; src 2001:db8:6::7/128; next header 6; dport 443; sport 40001; \}.*\(100\)' ;;
    gobgp) at_edge ipv6-flowspec | grep -E '2001:db8:5::9/128.*2001:db8:6::7/128.*==tcp.*==443.*==40001.*discard' ;;
    exa) exa_has "2001:db8:5::9/128.*2001:db8:6::7/128.*=tcp.*=443.*=40001.*rate-limit:0" ;;
  esac
}

has_foreign() { # EDGE
  case $1 in
    frr) vty "show bgp ipv4 flowspec" | grep -F 203.0.113.99/32 ;;
    bird) birdc -s "$dir/bird.ctl" show route table f4 | grep -F 'dst 203.0.113.99/32' ;;
    gobgp) at_edge ipv4-flowspec | grep -F 203.0.113.99/32 ;;
    exa) exa_has "203.0.113.99/32" ;;
  esac
}

withdrawn_at_exa() { grep -c '"withdraw"' "$dir/exa.json"; }

# --- what the daemon says ---------------------------------------------------------------------------------------------

status_says() { # PYTHON EXPRESSION OF s
  assist status --json | python3 -c "import json, sys; s = json.load(sys.stdin); print($1)"
}

rules_in() { status_says "s['flow_spec']['rules']['$1']"; }
advertises() { [ "$(rules_in advertised)" -ge "$1" ]; }
is_healthy_about() { [ "$(status_says "s['problem_kinds'].get('$1', 0)")" = 0 ]; }
complains_about() { ! is_healthy_about "$1"; }
withheld_is() { [ "$(status_says "s['flow_spec']['withheld']['bgp_port'], s['flow_spec']['withheld']['not_ours']")" = "$1 $2" ]; }

# No clock is asked of what must not happen: the guard of the daemon that was killed has ended.
outlive_lease() { until_true no_old_guard; }
no_old_guard() { [ "$(pgrep -fc "flow-spec-guard --engine=unix:$dir/")" -eq 1 ]; }
