# Helpers of the scripts beside it; to be sourced, not run.
# shellcheck shell=bash

readonly EXIT_FAILED=1
readonly EXIT_USAGE=2
readonly EXIT_TIMED_OUT=5

# So many instances are started or stopped at a time.
readonly AT_A_TIME=16

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit "${2:-$EXIT_FAILED}"
}

note() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
}

# Sets OPENMLDB_HOME and reads the environment and the hosts.
load_cluster() {
  OPENMLDB_HOME=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit "$EXIT_FAILED"
  export OPENMLDB_HOME
  local env=$OPENMLDB_HOME/conf/openmldb-env.sh
  [ -r "$env" ] || fail "there is no $env"
  # shellcheck source=conf/openmldb-env.sh
  . "$env"
  # shellcheck source=dist/src/sbin/hosts.sh
  . "$OPENMLDB_HOME/sbin/hosts.sh"
  read_hosts "${OPENMLDB_HOSTS:-$OPENMLDB_HOME/conf/hosts}" || exit "$EXIT_USAGE"
  # shellcheck source=dist/src/bin/process.sh
  . "$OPENMLDB_HOME/bin/process.sh"
}

is_local() {
  [ "$OPENMLDB_FORCE_LOCAL" = true ] || [ "$1" = localhost ] || [ "$1" = 127.0.0.1 ]
}

# run_on HOST DIRECTORY COMMAND [WORD ...]: here, or over ssh. The one place that knows the difference,
# with copy_to.
run_on() {
  local host=$1 directory=$2
  shift 2
  if is_local "$host"; then
    (cd "$directory" && "$@") </dev/null
  else
    # What this caller has set for one run, the other side has to know, too.
    ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$host" "cd $(printf '%q' "$directory") && \
      OPENMLDB_WAIT_SECONDS=$(printf '%q' "$OPENMLDB_WAIT_SECONDS") \
      RUNNER_JAVA_HOME=$(printf '%q' "$RUNNER_JAVA_HOME") $(printf '%q ' "$@")"
  fi
}

# has_release HOST DIRECTORY: 0 if one is there, 1 if not, and anything else if the host cannot be asked
has_release() {
  # shellcheck disable=SC2016 # expanded there
  run_on "$1" / bash -c '[ -x "$1/sbin/clear.sh" ]' check "$2"
}

# copy_to HOST DIRECTORY: this release, into a directory that is made if it is missing. Settings of single
# instances, and class archives, which hold for one directory, stay where they are.
copy_to() {
  local host=$1 directory=$2
  if is_local "$host"; then
    mkdir -p "$directory" || return
    # What an older release had in lib/ must not be found beside the new.
    rm -rf "${directory:?}/lib" &&
      tar -C "$OPENMLDB_HOME" --exclude='*.pid' --exclude='*.pid.*' --exclude='bin/.*' --exclude='*.flags' \
        --exclude='*.jsa' --exclude='*.making' -cf - bin sbin conf lib tools | tar -C "$directory" -xf -
  else
    run_on "$host" / mkdir -p "$directory" &&
      rsync -a --delete-after --exclude='*.pid' --exclude='*.pid.*' --exclude='bin/.*' --exclude='*.flags' \
        --exclude='*.jsa' --exclude='*.making' -e 'ssh -o BatchMode=yes -o ConnectTimeout=10' \
        "$OPENMLDB_HOME/bin" "$OPENMLDB_HOME/sbin" "$OPENMLDB_HOME/conf" "$OPENMLDB_HOME/lib" \
        "$OPENMLDB_HOME/tools" "$host:$directory/"
  fi
}

# on_each ROLE COMMAND [WORD ...]: in the work dir of every instance, several at a time. What each says is
# shown in the order of the hosts, behind its address. Fails if it fails for any.
on_each() {
  local role=$1 outputs i next=0 end result=0
  shift
  outputs=$(mktemp -d) || return
  local mine=()
  for ((i = 0; i < ${#ROLES[@]}; i++)); do
    [ "${ROLES[i]}" != "$role" ] || mine+=("$i")
  done
  while [ "$next" -lt "${#mine[@]}" ]; do
    end=$((next + AT_A_TIME))
    [ "$end" -le "${#mine[@]}" ] || end=${#mine[@]}
    local pids=()
    for ((i = next; i < end; i++)); do
      run_on "${HOSTS[mine[i]]}" "${DIRECTORIES[mine[i]]}" "$@" >"$outputs/$i" 2>&1 &
      pids+=($!)
    done
    for ((i = next; i < end; i++)); do
      if ! wait "${pids[i - next]}"; then
        result=$EXIT_FAILED
        # An ssh without a connection, for example, may not have said anything.
        [ -s "$outputs/$i" ] || echo "$role: the host cannot be reached, or $1 cannot be run in ${DIRECTORIES[mine[i]]}" >"$outputs/$i"
      fi
      sed "s|^|[${HOSTS[mine[i]]}:${PORTS[mine[i]]}] |" "$outputs/$i"
    done
    next=$end
  done
  rm -rf "$outputs"
  return "$result"
}

# start_sh ACTION ROLE [WORD ...]
start_sh() {
  local action=$1 role=$2
  shift 2
  on_each "$role" bin/start.sh "$action" "$role" "$@"
}

# zk_cluster: host:port, or several of them with commas between
zk_cluster() {
  local i cluster=
  for ((i = 0; i < ${#ROLES[@]}; i++)); do
    [ "${ROLES[i]}" != zookeeper ] || cluster=$cluster${cluster:+,}${HOSTS[i]}:${PORTS[i]}
  done
  printf '%s\n' "${OPENMLDB_ZK_CLUSTER:-$cluster}"
}

uses_existing_zookeeper() {
  [ "$OPENMLDB_USE_EXISTING_ZK_CLUSTER" = true ]
}

# Waits until a ZooKeeper server answers and serves.
await_zookeeper() {
  local servers server deadline=$((SECONDS + OPENMLDB_WAIT_SECONDS))
  IFS=, read -r -a servers <<<"$(zk_cluster)"
  while true; do
    for server in "${servers[@]}"; do
      case $(ask "${server%:*}" "${server##*:}" 'srvr\n') in
        *Mode:*) return 0 ;;
      esac
    done
    [ "$SECONDS" -lt "$deadline" ] || return "$EXIT_TIMED_OUT"
    sleep 0.5
  done
}

# One command of the nameserver shell.
ns_client() {
  "$OPENMLDB_HOME/bin/openmldb" --role=ns_client "--zk_cluster=$(zk_cluster)" \
    "--zk_root_path=$OPENMLDB_ZK_ROOT_PATH" --interactive=false "--cmd=$1"
}

# Which words the scripts for one role take: none, or mon.
require_mode() {
  case $# in
    0) return ;;
    1) [ "$1" != mon ] || return 0 ;;
  esac
  fail "usage: ${0##*/} [mon]" "$EXIT_USAGE"
}
