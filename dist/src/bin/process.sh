# Helpers of start.sh: which process is a component's, what its settings say, and whether it serves.
# To be sourced, not run; needs HOME_DIR, CONF_DIR, COMPONENT, ROLE and PID_FILE.
# shellcheck shell=bash

# A server that does not answer a probe within this time does not answer it.
readonly PROBE_SECONDS=3

# The arguments of a process, one a line; nothing for one that has ended, even if nobody has fetched its
# exit status yet.
arguments_of() {
  if [ -d /proc/self ]; then
    { tr '\0' '\n' <"/proc/$1/cmdline"; } 2>/dev/null
  else
    ps -ww -o args= -p "$1" 2>/dev/null | tr ' ' '\n'
  fi
}

# has_line TEXT LINE
has_line() {
  case $'\n'$1$'\n' in
    *$'\n'"$2"$'\n'*) return 0 ;;
    *) return 1 ;;
  esac
}

# Whether a pid is this component's. A pid file may have outlived its process, and the system gives pids
# anew: nothing is signalled that does not say itself who it is.
is_component() {
  local arguments
  arguments=$(arguments_of "$1")
  if has_line "$arguments" "-Dholdfast.component=$COMPONENT"; then
    has_line "$arguments" "-Dholdfast.home=$HOME_DIR"
  else
    # The launcher, in the moment before the JVM takes its place.
    has_line "$arguments" "$HOME_DIR/bin/openmldb" && has_line "$arguments" "--role=$ROLE"
  fi
}

is_supervisor() {
  local arguments
  arguments=$(arguments_of "$1")
  has_line "$arguments" "$HOME_DIR/bin/mon.sh" && has_line "$arguments" "--name=$COMPONENT"
}

read_pid() {
  local pid=
  [ -r "$1" ] && { read -r pid <"$1" || true; }
  case $pid in
    '' | *[!0-9]*) ;;
    *) printf '%s\n' "$pid" ;;
  esac
}

# Sets SUPERVISOR and PROCESS to the pids of what really runs; empty for what does not.
# shellcheck disable=SC2034 # for whoever sources this
look() {
  local first child
  SUPERVISOR='' PROCESS=''
  first=$(read_pid "$PID_FILE")
  child=$(read_pid "$PID_FILE.child")
  if [ -n "$first" ] && is_supervisor "$first"; then
    SUPERVISOR=$first
  elif [ -n "$first" ] && is_component "$first"; then
    PROCESS=$first
  fi
  # Also without its supervisor: it outlives one that was killed.
  if [ -n "$child" ] && is_component "$child"; then
    PROCESS=$child
  fi
}

# When a process began, in local time.
since() {
  local stat ticks boot per_second
  if [ -r "/proc/$1/stat" ]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # Behind the name, which may hold spaces and brackets, the 20th word is the time since the boot.
    ticks=$(printf '%s\n' "${stat##*) }" | cut -d ' ' -f 20)
    boot=$(sed -n 's/^btime //p' /proc/stat)
    per_second=$(getconf CLK_TCK)
    date -d "@$((boot + ticks / per_second))" '+%Y-%m-%d %H:%M:%S'
  else
    ps -o lstart= -p "$1"
  fi
}

# last_value FILE PATTERN: what the last line that begins so has behind it
last_value() {
  [ -r "$1" ] && sed -n "s/^[[:space:]]*$2[[:space:]]*=[[:space:]]*//p" "$1" | tail -n 1 | sed 's/[[:space:]]*$//'
}

# setting NAME DEFAULT: the value in force, in the order in which bin/openmldb takes them
setting() {
  local value
  value=$(last_value "$CONF_DIR/$COMPONENT.flags" "--*$1")
  [ -n "$value" ] || value=$(last_value "$CONF_DIR/$COMPONENT.properties" "$1")
  [ -n "$value" ] || value=$(last_value "$CONF_DIR/$ROLE.properties" "$1")
  printf '%s\n' "${value:-$2}"
}

# The address under which the settings announce the component; fails if there is none.
endpoint() {
  local endpoint
  if [ "$ROLE" = zookeeper ]; then
    endpoint=$(setting host 127.0.0.1):$(setting port 2181)
  else
    endpoint=$(setting endpoint '')
  fi
  case $endpoint in
    ?*:[1-9]*) printf '%s\n' "$endpoint" ;;
    *) return 1 ;;
  esac
}

# Where it listens on this machine.
probe_host() {
  local host listen=
  host=$(endpoint) && host=${host%:*}
  [ "$ROLE" = tablet ] && listen=$(setting listen_host '')
  host=${listen:-$host}
  [ "$host" != 0.0.0.0 ] || host=127.0.0.1
  printf '%s\n' "$host"
}

# ask HOST PORT TEXT: sends the text and prints what comes back; fails when nobody listens. It needs no curl.
ask() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  timeout "$PROBE_SECONDS" bash -c '
    exec 3<>"/dev/tcp/$1/$2" || exit 1
    printf "%b" "$3" >&3
    [ -z "$3" ] || cat <&3' ask "$@" 2>/dev/null | tr -d '\0\r'
  local status=${PIPESTATUS[0]}
  # A peer that keeps the connection open, until the time is up, has answered all the same.
  [ "$status" -eq 0 ] || { [ "$status" -eq 124 ] && [ -n "$3" ]; }
}

# Whether it does its work. Sets HEALTH to one word or sentence about it.
# shellcheck disable=SC2034 # for whoever sources this
is_ready() {
  local host port answer code
  host=$(probe_host)
  port=$(endpoint) && port=${port##*:}
  if [ "$ROLE" = zookeeper ]; then
    answer=$(ask "$host" "$port" 'srvr\n') && has_mode "$answer"
    return
  fi
  if ! answer=$(ask "$host" "$port" "GET /readiness HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n") ||
    [ -z "$answer" ]; then
    HEALTH="nothing answers on $host:$port"
    return 1
  fi
  code=$(printf '%s\n' "$answer" | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p')
  if [ "$code" = 200 ]; then
    HEALTH=ready
  else
    # The reason is the body: behind the empty line.
    HEALTH=$(printf '%s\n' "$answer" | sed '1,/^$/d' | head -n 1)
    HEALTH="not ready: ${HEALTH:-HTTP status ${code:-unknown}}"
    return 1
  fi
}

has_mode() {
  local mode
  mode=$(printf '%s\n' "$1" | sed -n 's/^Mode: //p')
  if [ -n "$mode" ]; then
    HEALTH=ready
  else
    HEALTH="not ready: ${1:-nothing answers}"
    return 1
  fi
}
