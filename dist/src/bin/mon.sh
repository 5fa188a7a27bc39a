#!/usr/bin/env bash
# Keeps one process running: when it ends, it is started again, until it ends too often.
# SIGTERM and SIGINT end both; SIGKILL ends only this one, and the process goes on. A shell in which SIGINT
# was ignored when it began, as in a job in the background, cannot take it: SIGTERM always does.

set -u

readonly EXIT_USAGE=2
readonly MAX_LOG_BYTES=1048576

usage() {
  cat <<'HELP'
usage: mon.sh --name=NAME --pid=FILE --child_pid=FILE --log=FILE [OPTION ...] -- COMMAND [WORD ...]

  --pid=FILE              gets the pid of this supervisor
  --child_pid=FILE        gets the pid of the process
  --log=FILE              what happened, a line each
  --pause_millis=N        pause before the first restart, that much more before each that follows
                          (default 1000)
  --longest_pause_millis=N  the longest pause (default 4000)
  --attempts=N            more restarts than this ... (default 10)
  --within=SECONDS        ... in this time, and it gives up (default 60)

Both files are removed at the end. A process that ends with exit status 2 has wrong settings, and is not
started again.

exit status: 0 told to end, 1 gave up, 2 usage
HELP
}

fail_usage() {
  printf 'mon.sh: %s; see --help\n' "$1" >&2
  exit "$EXIT_USAGE"
}

NAME='' PID='' CHILD_PID='' LOG=''
PAUSE_MILLIS=1000 LONGEST_PAUSE_MILLIS=4000 ATTEMPTS=10 WITHIN=60
while [ $# -gt 0 ]; do
  case $1 in
    --name=*) NAME=${1#*=} ;;
    --pid=*) PID=${1#*=} ;;
    --child_pid=*) CHILD_PID=${1#*=} ;;
    --log=*) LOG=${1#*=} ;;
    --pause_millis=*) PAUSE_MILLIS=${1#*=} ;;
    --longest_pause_millis=*) LONGEST_PAUSE_MILLIS=${1#*=} ;;
    --attempts=*) ATTEMPTS=${1#*=} ;;
    --within=*) WITHIN=${1#*=} ;;
    --help | -h)
      usage
      exit 0
      ;;
    --)
      shift
      break
      ;;
    *) fail_usage "unknown argument \"$1\"" ;;
  esac
  shift
done
for given in "$NAME" "$PID" "$CHILD_PID" "$LOG"; do
  [ -n "$given" ] || fail_usage "--name, --pid, --child_pid and --log are needed"
done
for number in "$PAUSE_MILLIS" "$LONGEST_PAUSE_MILLIS" "$ATTEMPTS" "$WITHIN"; do
  case $number in
    '' | *[!0-9]*) fail_usage "\"$number\" is not a number" ;;
  esac
done
[ $# -gt 0 ] || fail_usage "there is no command"

say() {
  if [ -f "$LOG" ] && [ "$(wc -c <"$LOG")" -gt "$MAX_LOG_BYTES" ]; then
    mv -f "$LOG" "$LOG.1"
  fi
  printf '%s %s: %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$NAME" "$1" >>"$LOG"
}

# By a move, so that nobody reads half of it.
write_pid() {
  printf '%s\n' "$2" >"$1.new" && mv -f "$1.new" "$1"
}

end() {
  rm -f "$CHILD_PID"
  # It may be another supervisor's by now.
  [ "$(cat "$PID" 2>/dev/null)" != "$$" ] || rm -f "$PID"
  exit "$1"
}

CHILD='' SLEEPER='' STOPPING=false
on_stop() {
  STOPPING=true
  [ -z "$CHILD" ] || kill -TERM "$CHILD" 2>/dev/null
  [ -z "$SLEEPER" ] || kill -TERM "$SLEEPER" 2>/dev/null
}
trap on_stop TERM INT
# Whoever started it may log out.
trap '' HUP

# Starts the process and sets STATUS once it has ended.
run() {
  # With job control it does not ignore SIGINT, as what a script starts in the background otherwise does.
  set -m
  "$@" </dev/null &
  CHILD=$!
  set +m
  write_pid "$CHILD_PID" "$CHILD"
  say "process $CHILD has been started"
  # The signal may have come before there was somebody to pass it on to.
  [ "$STOPPING" = false ] || kill -TERM "$CHILD" 2>/dev/null
  # A signal ends the waiting, not the process.
  wait "$CHILD"
  STATUS=$?
  while kill -0 "$CHILD" 2>/dev/null; do
    wait "$CHILD"
    STATUS=$?
  done
  say "process $CHILD has ended, $(describe "$STATUS")"
  CHILD=
  rm -f "$CHILD_PID"
}

describe() {
  if [ "$1" -gt 128 ]; then
    echo "by signal $(($1 - 128))"
  else
    echo "exit status $1"
  fi
}

# How many restarts there were within the time that counts. Forgets those before.
RESTARTS=()
count_restarts() {
  local time kept=()
  for time in ${RESTARTS[@]+"${RESTARTS[@]}"}; do
    [ $((SECONDS - time)) -ge "$WITHIN" ] || kept+=("$time")
  done
  RESTARTS=(${kept[@]+"${kept[@]}"})
}

pause() {
  local millis=$(((${#RESTARTS[@]} + 1) * PAUSE_MILLIS))
  [ "$millis" -le "$LONGEST_PAUSE_MILLIS" ] || millis=$LONGEST_PAUSE_MILLIS
  say "it is started again in $millis ms"
  sleep "$((millis / 1000)).$(printf '%03d' $((millis % 1000)))" &
  SLEEPER=$!
  [ "$STOPPING" = false ] || kill -TERM "$SLEEPER" 2>/dev/null
  wait "$SLEEPER"
  SLEEPER=
}

write_pid "$PID" "$$" || exit 1
while true; do
  run "$@"
  if [ "$STOPPING" = true ]; then
    say "told to end, and done"
    end 0
  elif [ "$STATUS" -eq "$EXIT_USAGE" ]; then
    say "gave up: its settings are wrong, and a restart would not change that"
    end 1
  fi
  count_restarts
  if [ "${#RESTARTS[@]}" -ge "$ATTEMPTS" ]; then
    say "gave up: more than $ATTEMPTS restarts in $WITHIN s"
    end 1
  fi
  pause
  if [ "$STOPPING" = true ]; then
    say "told to end while no process ran"
    end 0
  fi
  RESTARTS+=("$SECONDS")
done
