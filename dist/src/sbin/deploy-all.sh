#!/usr/bin/env bash
# Puts the release and its settings into the work dir of every instance of conf/hosts. An instance that runs
# is left as it is, so that others can be added to a cluster that is in use.

set -uo pipefail

# shellcheck source=dist/src/sbin/lib.sh
. "$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"

[ $# -eq 0 ] || fail "usage: deploy-all.sh, without arguments; what is where stands in conf/hosts" "$EXIT_USAGE"

# is_in_use HOST DIRECTORY: whether anything runs from this work dir
is_in_use() {
  local i
  for ((i = 0; i < ${#ROLES[@]}; i++)); do
    if is_same_host "$1" "${HOSTS[i]}" && [ "$2" = "${DIRECTORIES[i]}" ] &&
      run_on "$1" "$2" bin/start.sh status "${ROLES[i]}" >/dev/null; then
      return 0
    fi
  done
  return 1
}

is_home() {
  is_local "$1" && [ "$2" = "$OPENMLDB_HOME" ]
}

# settings_of INSTANCE: what conf/hosts and the environment say about it
settings_of() {
  local i=$1
  case ${ROLES[i]} in
    zookeeper)
      if [ "${HOSTS[i]}" = localhost ] || [ "${HOSTS[i]}" = 127.0.0.1 ]; then
        echo "--host=127.0.0.1"
      else
        echo "--host=0.0.0.0"
      fi
      echo "--port=${PORTS[i]}"
      ensemble_of "$i"
      ;;
    *)
      echo "--endpoint=${HOSTS[i]}:${PORTS[i]}"
      echo "--zk_cluster=$(zk_cluster)"
      echo "--zk_root_path=$OPENMLDB_ZK_ROOT_PATH"
      ;;
  esac
}

# ensemble_of INSTANCE: all servers, and which of them it is; of one alone, that there are no others
ensemble_of() {
  local i ensemble='' count=0 id=1
  for ((i = 0; i < ${#ROLES[@]}; i++)); do
    if [ "${ROLES[i]}" = zookeeper ]; then
      count=$((count + 1))
      [ "$i" -ne "$1" ] || id=$count
      ensemble=$ensemble${ensemble:+,}${HOSTS[i]}:${PEERS[i]}
    fi
  done
  [ "$count" -gt 1 ] || ensemble=''
  echo "--servers=$ensemble"
  echo "--server_id=$id"
}

deploy() {
  local i=$1 role=${ROLES[$1]} host=${HOSTS[$1]} directory=${DIRECTORIES[$1]} settings
  local what="$role ${HOSTS[$1]}:${PORTS[$1]}"
  has_release "$host" "$directory"
  local has_release=$?
  if [ "$has_release" -gt 1 ]; then
    note "$what: its host cannot be reached"
    FAILED=$((FAILED + 1))
    return
  elif [ "$has_release" -eq 0 ] && is_in_use "$host" "$directory"; then
    echo "$what runs from $directory, and is left as it is"
    LEFT=$((LEFT + 1))
    return
  fi
  if ! is_home "$host" "$directory" && ! copy_to "$host" "$directory"; then
    note "$what: the release could not be copied to $directory"
    FAILED=$((FAILED + 1))
    return
  fi
  mapfile -t settings < <(settings_of "$i")
  if run_on "$host" "$directory" sbin/deploy.sh "$role" "${settings[@]}"; then
    echo "$what is deployed in $directory"
    DEPLOYED=$((DEPLOYED + 1))
  else
    note "$what: its settings could not be written"
    FAILED=$((FAILED + 1))
  fi
}

load_cluster
DEPLOYED=0 LEFT=0 FAILED=0
for ((n = 0; n < ${#ROLES[@]}; n++)); do
  deploy "$n"
done
echo "deployed $DEPLOYED, left $LEFT that run, failed $FAILED"
[ "$LEFT" -eq 0 ] || echo "to deploy those that run, too, stop them first"
[ "$FAILED" -eq 0 ] || exit "$EXIT_FAILED"
