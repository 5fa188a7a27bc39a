#!/usr/bin/env bash
# Starts and stops one component on this machine, with the words and files of OpenMLDB's script of this
# name. Unlike that it tells by its exit status what became of it.

set -u

readonly EXIT_FAILED=1
readonly EXIT_USAGE=2
readonly EXIT_NOT_RUNNING=3
readonly EXIT_TIMED_OUT=5
readonly MAX_OUT_BYTES=1048576
readonly POLL_SECONDS=0.2

usage() {
  cat <<'HELP'
usage: bin/start.sh start|stop|restart|status|run COMPONENT [mon] [OPTION ...]

COMPONENT is zookeeper, nameserver or tablet; several of a kind are tablet2, tablet3, nameserver2, ...
Its settings are conf/COMPONENT.flags (lines --name=value) or conf/COMPONENT.properties (name=value);
those in conf/ROLE.properties hold for every one of the kind. Its log is logs/COMPONENT.log.

  start      waits until it serves. With mon, a supervisor starts it again when it ends.
  stop       asks it to end (SIGTERM), and waits until it has
  restart    stop and start
  status     pid, since when, address, ready or not
  run        becomes the server, in the foreground and with its log on standard output, for systemd and
             the like

  --wait=SECONDS   how long to wait at most (default 120, or OPENMLDB_WAIT_SECONDS)
  --force          stop: what has not ended by then is killed
  --ready          status: fail if it runs but is not ready

conf/openmldb-env.sh, if there is one, is read first.

exit status: 0 done, or runs; 1 failed; 2 usage; 3 status: it does not run; 5 timed out waiting
HELP
}

fail() {
  printf 'start.sh: %s\n' "$1" >&2
  exit "${2:-$EXIT_FAILED}"
}

red() {
  if [ -t 1 ]; then
    printf '\033[31m%s\033[0m\n' "$1"
  else
    printf '%s\n' "$1"
  fi
}

read_arguments() {
  ACTION='' COMPONENT='' MODE='' FORCE=false WANTS_READY=false
  WAIT_SECONDS=${OPENMLDB_WAIT_SECONDS:-120}
  local words=()
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h)
        usage
        exit 0
        ;;
      --force) FORCE=true ;;
      --ready) WANTS_READY=true ;;
      --wait=*) WAIT_SECONDS=${1#*=} ;;
      -*) fail "unknown option \"$1\"; see --help" "$EXIT_USAGE" ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  if [ ${#words[@]} -lt 2 ] || [ ${#words[@]} -gt 3 ]; then
    usage >&2
    exit "$EXIT_USAGE"
  fi
  ACTION=${words[0]} COMPONENT=${words[1]} MODE=${words[2]:-}
  case $ACTION in
    start | stop | restart | status | run) ;;
    *) fail 'Only support {start|stop|restart|status|run}' "$EXIT_USAGE" ;;
  esac
  [[ $COMPONENT =~ ^(zookeeper|nameserver|tablet)[0-9]*$ ]] ||
    fail "No component named $COMPONENT in [zookeeper nameserver tablet tablet2 ...]" "$EXIT_USAGE"
  ROLE=${BASH_REMATCH[1]}
  case $MODE in
    '' | mon) ;;
    *) fail "\"$MODE\" is not known behind the component; it can be mon" "$EXIT_USAGE" ;;
  esac
  case $WAIT_SECONDS in
    '' | *[!0-9]*) fail "--wait needs a number of seconds, not \"$WAIT_SECONDS\"" "$EXIT_USAGE" ;;
  esac
}

# Two starts at a time would overwrite each other's pid files. Where there is no flock, the second one fails
# at the port.
lock() {
  exec 9>"bin/.$COMPONENT.lock" || fail "cannot write to $HOME_DIR/bin"
  if command -v flock >/dev/null 2>&1; then
    flock -w "$WAIT_SECONDS" 9 ||
      fail "another start.sh has been busy with $COMPONENT for $WAIT_SECONDS s" "$EXIT_TIMED_OUT"
  fi
}

# Sets FLAGS to what bin/openmldb is given besides the role.
find_flags() {
  local line number=0 properties=$CONF_DIR/$COMPONENT.properties flags=$CONF_DIR/$COMPONENT.flags
  FLAGS=()
  # The role's own file is read by the server itself.
  if [ "$COMPONENT" != "$ROLE" ] && [ -r "$properties" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      number=$((number + 1))
      line=${line%$'\r'}
      if [[ $line =~ ^[[:space:]]*([a-z0-9_]+)[[:space:]]*=[[:space:]]*(.*)$ ]]; then
        FLAGS+=("--${BASH_REMATCH[1]}=${BASH_REMATCH[2]}")
      elif [[ ! $line =~ ^[[:space:]]*(#.*)?$ ]]; then
        fail "$properties:$number: not name=value: $line"
      fi
    done <"$properties"
  elif [ "$COMPONENT" != "$ROLE" ] && [ ! -r "$flags" ]; then
    fail "there are no settings for $COMPONENT: write $flags or $properties"
  fi
  [ ! -r "$flags" ] || FLAGS+=("--flagfile=$flags")
}

# Options of the JVM by which the process is known again.
set_java_options() {
  export HOLDFAST_JAVA_OPTS="${HOLDFAST_JAVA_OPTS:-} -Dholdfast.component=$COMPONENT"
}

# A log in files of bounded size, unless the operator keeps a configuration for the role's log.
add_log_files() {
  local config=$CONF_DIR/logback-file.xml
  case $config in
    "$HOME_DIR"/*) config=${config#"$HOME_DIR"/} ;;
  esac
  case $config in
    # The options are split at spaces.
    *[[:space:]]*) return ;;
  esac
  if [ -r "$config" ] && [ ! -r "$CONF_DIR/logback-$ROLE.xml" ]; then
    HOLDFAST_JAVA_OPTS="$HOLDFAST_JAVA_OPTS -Dlogback.configurationFile=$config -Dholdfast.log_dir=logs"
  fi
}

launch() {
  local out=logs/$COMPONENT.out
  if [ -f "$out" ] && [ "$(wc -c <"$out")" -gt "$MAX_OUT_BYTES" ]; then
    mv -f "$out" "$out.1"
  fi
  printf '%s start of %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$COMPONENT" >>"$out" || fail "cannot write to $out"
  local command=("$HOME_DIR/bin/openmldb" "--role=$ROLE" ${FLAGS[@]+"${FLAGS[@]}"})
  # With job control what is started in the background is a process group of its own: the terminal's Ctrl-C
  # does not reach it, and it does not ignore SIGINT.
  set -m
  if [ "$MODE" = mon ]; then
    nohup "$HOME_DIR/bin/mon.sh" "--name=$COMPONENT" "--pid=$PID_FILE" "--child_pid=$PID_FILE.child" \
      "--log=logs/${COMPONENT}_mon.log" -- "${command[@]}" </dev/null >>"$out" 2>&1 9>&- &
  else
    nohup "${command[@]}" </dev/null >>"$out" 2>&1 9>&- &
  fi
  STARTED=$!
  set +m
  if [ "$MODE" != mon ]; then
    printf '%s\n' "$STARTED" >"$PID_FILE"
  fi
}

run() {
  look
  [ -z "$PROCESS$SUPERVISOR" ] || fail "$COMPONENT already running as process ${PROCESS:-$SUPERVISOR}"
  find_flags
  set_java_options
  rm -f "$PID_FILE.child"
  # The server takes this process's place, and its pid.
  printf '%s\n' "$$" >"$PID_FILE" || fail "cannot write to $HOME_DIR/$PID_FILE"
  exec "$HOME_DIR/bin/openmldb" "--role=$ROLE" ${FLAGS[@]+"${FLAGS[@]}"} 9>&-
}

tell_pids() {
  if [ "$MODE" != mon ]; then
    echo "process pid is $STARTED"
  elif child=$(read_pid "$PID_FILE.child") && [ -n "$child" ]; then
    echo "mon pid is $STARTED, process pid is $child, check $child status"
  else
    return 1
  fi
}

# The last lines of each log that this start has written to.
show_logs() {
  local log
  for log in "logs/$COMPONENT.log" "logs/$COMPONENT.out" "logs/${COMPONENT}_mon.log"; do
    if [ -s "$log" ] && [ ! "$log" -ot "$MARK" ]; then
      printf 'the last lines of %s:\n' "$HOME_DIR/$log"
      # Of what was started before in that file, nothing.
      sed -n "H; / start of $COMPONENT\$/h; \${ x; p; }" "$log" | tail -n 12 | sed 's/^/  /'
    fi
  done >&2
}

start() {
  echo "Starting $COMPONENT ... "
  look
  if [ -n "$PROCESS$SUPERVISOR" ]; then
    red "$COMPONENT already running as process ${PROCESS:-$SUPERVISOR}"
    if [ "$MODE" = mon ] && [ -z "$SUPERVISOR" ]; then
      echo "no supervisor watches it; to have one: bin/start.sh restart $COMPONENT mon"
    fi
    return 0
  fi
  find_flags
  local address port
  address=$(endpoint) ||
    fail "the settings of $COMPONENT have no endpoint=HOST:PORT; set it in $CONF_DIR/$COMPONENT.flags"
  port=${address##*:}
  if ask "$(probe_host)" "$port" ''; then
    red "Start $COMPONENT failed! Another process already listens on $address"
    return "$EXIT_FAILED"
  fi
  mkdir -p logs || fail "cannot make $HOME_DIR/logs"
  rm -f "$PID_FILE" "$PID_FILE.child"
  set_java_options
  add_log_files
  MARK=$PID_FILE.mark
  : >"$MARK" || fail "cannot write to $HOME_DIR/bin"
  launch
  await_start
  local status=$?
  rm -f "$MARK"
  return "$status"
}

await_start() {
  local deadline=$((SECONDS + WAIT_SECONDS)) told=false
  while kill -0 "$STARTED" 2>/dev/null; do
    [ "$told" = true ] || ! tell_pids || told=true
    # It was this one that answered if it lives now: two cannot have the port.
    if [ "$told" = true ] && is_ready && kill -0 "$STARTED" 2>/dev/null; then
      echo "Start $COMPONENT success"
      return 0
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      red "Start $COMPONENT failed! It runs, but is not ready after $WAIT_SECONDS s: $HEALTH"
      echo "It goes on: see bin/start.sh status $COMPONENT, or the log $HOME_DIR/logs/$COMPONENT.log" >&2
      show_logs
      return "$EXIT_TIMED_OUT"
    fi
    sleep "$POLL_SECONDS"
  done
  rm -f "$PID_FILE" "$PID_FILE.child"
  red "Start $COMPONENT failed! Please check log in $HOME_DIR/logs/$COMPONENT.log"
  show_logs
  return "$EXIT_FAILED"
}

stop() {
  echo "Stopping $COMPONENT ... "
  look
  if [ -z "$PROCESS$SUPERVISOR" ]; then
    if [ -e "$PID_FILE" ] || [ -e "$PID_FILE.child" ]; then
      rm -f "$PID_FILE" "$PID_FILE.child"
      echo "no $COMPONENT to stop (the process of $HOME_DIR/$PID_FILE has ended, and whoever has its pid now is left alone)"
    else
      echo "no $COMPONENT to stop (could not find file $HOME_DIR/$PID_FILE)"
    fi
    return 0
  fi
  local success="Stop $COMPONENT success"
  [ -z "$SUPERVISOR" ] || success="$success(mon mode)"
  # The supervisor passes it on.
  kill -TERM "${SUPERVISOR:-$PROCESS}" || return "$EXIT_FAILED"
  await_end "${SUPERVISOR:-$PROCESS}" || return
  rm -f "$PID_FILE" "$PID_FILE.child"
  echo "$success"
}

# await_end PID: until that one, to which a signal was sent, and all others of the component have ended
await_end() {
  local signalled=$1 deadline=$((SECONDS + WAIT_SECONDS)) killed=false
  while look && [ -n "$PROCESS$SUPERVISOR" ]; do
    if [ -z "$SUPERVISOR" ] && [ "$PROCESS" != "$signalled" ] && [ "$killed" = false ] && ! is_told "$PROCESS"; then
      # Its supervisor was killed before it could pass the signal on.
      kill -TERM "$PROCESS" 2>/dev/null
      TOLD=$PROCESS
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      if [ "$FORCE" = false ]; then
        red "Stop $COMPONENT failed! Process ${PROCESS:-$SUPERVISOR} has not ended within $WAIT_SECONDS s and is still there"
        echo "To kill it: bin/start.sh stop $COMPONENT --force --wait=0" >&2
        return "$EXIT_TIMED_OUT"
      elif [ "$killed" = true ]; then
        red "Stop $COMPONENT failed! Process ${PROCESS:-$SUPERVISOR} was killed and has not gone"
        return "$EXIT_TIMED_OUT"
      fi
      # The supervisor first, or it would start the process again.
      [ -z "$SUPERVISOR" ] || kill -KILL "$SUPERVISOR" 2>/dev/null
      [ -z "$PROCESS" ] || kill -KILL "$PROCESS" 2>/dev/null
      echo "process ${PROCESS:-$SUPERVISOR} was killed"
      # The system may need a moment to clear it away.
      killed=true deadline=$((SECONDS + 10))
    fi
    sleep "$POLL_SECONDS"
  done
}

is_told() {
  [ "${TOLD:-}" = "$1" ]
}

status() {
  look
  local watched=
  [ -z "$SUPERVISOR" ] || watched=", mon pid is $SUPERVISOR"
  if [ -z "$PROCESS" ] && [ -n "$SUPERVISOR" ]; then
    echo "$COMPONENT is down, and is started again by its supervisor$watched"
    return "$EXIT_NOT_RUNNING"
  elif [ -z "$PROCESS" ]; then
    echo "$COMPONENT is not running"
    return "$EXIT_NOT_RUNNING"
  fi
  is_ready
  local ready=$?
  echo "$COMPONENT is running as process $PROCESS since $(since "$PROCESS"), endpoint $(endpoint), $HEALTH$watched"
  [ "$WANTS_READY" = false ] || [ "$ready" -eq 0 ] || return "$EXIT_FAILED"
}

HOME_DIR=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit "$EXIT_FAILED"
CONF_DIR=${HOLDFAST_CONF_DIR:-$HOME_DIR/conf}
cd "$HOME_DIR" || exit "$EXIT_FAILED"
if [ -r "$CONF_DIR/openmldb-env.sh" ]; then
  # shellcheck source=/dev/null
  . "$CONF_DIR/openmldb-env.sh"
fi
read_arguments "$@"
PID_FILE=bin/$COMPONENT.pid
HEALTH='nothing answers'
# shellcheck source=dist/src/bin/process.sh
. bin/process.sh
case $ACTION in
  status) status ;;
  start)
    lock
    start
    ;;
  stop)
    lock
    stop
    ;;
  run)
    lock
    run
    ;;
  restart)
    lock
    stop && start
    ;;
esac
