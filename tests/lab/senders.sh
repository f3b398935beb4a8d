# Real senders of syslog in the firewall's namespace. Sourced by the parts that are about them.

# An authority, the daemon's certificate, a firewall's, and one of a foreign authority.
make_certificates() {
  authority ca && authority foreign-ca || die "no certificates"
  certificate server ca serverAuth "subjectAltName=DNS:assist.test,IP:$management"
  certificate client ca clientAuth "subjectAltName=DNS:pa-3020.test"
  certificate foreign foreign-ca clientAuth "subjectAltName=DNS:pa-3020.test"
  [ -s "$dir/foreign.crt" ] || die "no certificates"
}

authority() { # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout "$dir/$1.key" -out "$dir/$1.crt" \
    -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
}

certificate() { # NAME AUTHORITY USAGE SUBJECT-ALTERNATIVE-NAME
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$dir/$1.key" -subj "/CN=$1" 2>/dev/null \
    | openssl x509 -req -CA "$dir/$2.crt" -CAkey "$dir/$2.key" -CAcreateserial -days 2 -out "$dir/$1.crt" \
      -extfile <(printf 'basicConstraints=CA:FALSE\nextendedKeyUsage=%s\n%s\n' "$3" "$4") 2>/dev/null
}

# A log as the firewall would frame it itself.
with_header() { printf '<14>%s PA-3020 : %s' "$(date '+%b %e %H:%M:%S')" "$1"; }

by_logger() { # LOG OPTION...
  local text=$1; shift
  in_ns "$fw" logger -n "$management" -P "$port" --rfc3164 -p user.info -t PA-3020 "$@" -- "$text"
}

# The connection stays until the daemon has taken everything: a sender that ends at once would lose what TLS still holds.
by_openssl() { # LINE-OR-COUNTED PORT LOG OPTION...
  local framing=$1 to=$2 text; text=$(with_header "$3"); shift 3
  { if [ "$framing" = counted ]; then printf '%d %s' ${#text} "$text"; else printf '%s\n' "$text"; fi; sleep 1; } \
    | in_ns "$fw" openssl s_client -quiet -no_ign_eof -connect "$management:$to" -CAfile "$dir/ca.crt" \
      -verify_return_error -verify_ip "$management" "$@" >/dev/null 2>>"$dir/openssl.log"
}

# rsyslog forwards each file NAME.log as its action says; what is written there with `by_rsyslog NAME LOG` goes out.
rsyslog_configuration() {
  cat <<CONF
global(workDirectory="$dir" defaultNetstreamDriverCAFile="$dir/ca.crt"
       defaultNetstreamDriverCertFile="$dir/client.crt" defaultNetstreamDriverKeyFile="$dir/client.key")
module(load="imfile" mode="inotify")
template(name="pan" type="string" string="<14>%timegenerated% PA-3020 : %msg%")
CONF
}

rsyslog_action() { # NAME PORT PARAMETERS
  : >"$dir/rsyslog.$1"
  cat <<CONF
input(type="imfile" file="$dir/rsyslog.$1" tag="$1" ruleset="$1")
ruleset(name="$1") {
  action(type="omfwd" target="$management" port="$2" template="pan" action.resumeRetryCount="-1" action.resumeInterval="1"
         queue.type="LinkedList" $3)
}
CONF
}

start_rsyslog() {
  start "$fw" rsyslog rsyslogd -n -f "$dir/rsyslog.conf" -i "$dir/rsyslog.pid"
  until_true test -s "$dir/rsyslog.pid" || die "rsyslog does not start: $(tail -1 "$dir/rsyslog.log")"
}

by_rsyslog() { printf '%s\n' "$2" >>"$dir/rsyslog.$1"; }
