#!/usr/bin/env bash
# Removes data and logs of every instance of conf/hosts, for good. Nothing may run.

set -uo pipefail

# shellcheck source=dist/src/sbin/lib.sh
. "$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"

if [ $# -ne 1 ] || [ "$1" != --yes ]; then
  fail "this removes the data of the whole cluster for good; to do so: clear-all.sh --yes" "$EXIT_USAGE"
fi

# Whether it has certainly ended; a host that cannot be asked does not count.
has_ended() {
  run_on "${HOSTS[$1]}" "${DIRECTORIES[$1]}" bin/start.sh status "${ROLES[$1]}" >/dev/null
  [ $? -eq 3 ]
}

# A work dir as a whole, unless these scripts are in it.
removes_all() {
  [ "$CLEAR_OPENMLDB_INSTALL_DIR" = true ] || return 1
  case $OPENMLDB_HOME/ in
    "$1"/*) return 1 ;;
  esac
}

load_cluster
DEPLOYED=()
for ((n = 0; n < ${#ROLES[@]}; n++)); do
  what="${ROLES[n]} ${HOSTS[n]}:${PORTS[n]}"
  has_release "${HOSTS[n]}" "${DIRECTORIES[n]}"
  case $? in
    0) DEPLOYED+=("$n") ;;
    1)
      echo "$what is not deployed in ${DIRECTORIES[n]}"
      continue
      ;;
    *) fail "the host of $what cannot be asked; nothing was removed" ;;
  esac
  has_ended "$n" || fail "$what runs, or its host cannot be asked; nothing was removed"
done
result=0
for n in ${DEPLOYED[@]+"${DEPLOYED[@]}"}; do
  what="${ROLES[n]} ${HOSTS[n]}:${PORTS[n]}"
  if ! run_on "${HOSTS[n]}" "${DIRECTORIES[n]}" sbin/clear.sh "${ROLES[n]}"; then
    note "$what could not be cleared"
    result=$EXIT_FAILED
  fi
done
# Only now: several may share one.
for n in ${DEPLOYED[@]+"${DEPLOYED[@]}"}; do
  if [ "$result" -eq 0 ] && removes_all "${DIRECTORIES[n]}"; then
    run_on "${HOSTS[n]}" / rm -rf "${DIRECTORIES[n]}" || result=$EXIT_FAILED
    echo "${ROLES[n]} ${HOSTS[n]}:${PORTS[n]}: ${DIRECTORIES[n]} is removed"
  fi
done
if uses_existing_zookeeper; then
  echo "The metadata in ZooKeeper is left: remove $OPENMLDB_ZK_ROOT_PATH from $(zk_cluster), or use another OPENMLDB_ZK_ROOT_PATH"
fi
exit "$result"
