#!/usr/bin/env bash
# Starts the cluster of conf/hosts, and tells whether it serves: start-all.sh [mon]

set -uo pipefail

# shellcheck source=dist/src/sbin/lib.sh
. "$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"

# every_tablet_is_healthy TABLE
every_tablet_is_healthy() {
  local i
  for ((i = 0; i < ${#ROLES[@]}; i++)); do
    if [ "${ROLES[i]}" = tablet ] && ! printf '%s\n' "$1" |
      awk -v endpoint="${HOSTS[i]}:${PORTS[i]}" '$1 == endpoint && $2 == "kTabletHealthy" { found = 1 } END { exit !found }'; then
      return 1
    fi
  done
}

# Waits until the nameserver sees every tablet, and shows what it sees.
check_tablets() {
  local table deadline=$((SECONDS + OPENMLDB_WAIT_SECONDS))
  while true; do
    if table=$(ns_client showtablet 2>&1) && every_tablet_is_healthy "$table"; then
      printf '%s\n' "$table"
      return 0
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      printf '%s\n' "$table"
      note "not every tablet of conf/hosts is healthy after $OPENMLDB_WAIT_SECONDS s"
      return "$EXIT_TIMED_OUT"
    fi
    sleep 0.5
  done
}

recover_data() {
  local log=$OPENMLDB_HOME/logs/recover.log
  mkdir -p "$OPENMLDB_HOME/logs" || return
  echo "Start recovering data..."
  if ns_client recoverdata >"$log" 2>&1; then
    echo "Recovering data done"
  else
    echo "Recovering data failed. Pls check log in $log"
    return "$EXIT_FAILED"
  fi
}

require_mode "$@"
load_cluster
uses_existing_zookeeper || start_sh start zookeeper "$@" || fail "ZooKeeper has not started"
await_zookeeper || fail "ZooKeeper does not answer on $(zk_cluster)" "$EXIT_TIMED_OUT"
failed=false
start_sh start tablet "$@" || failed=true
start_sh start nameserver "$@" || failed=true
if [ "$failed" = true ]; then
  # What the others are like is of interest all the same.
  ns_client showtablet
  fail "OpenMLDB start failed: not every server has started, see above"
fi
check_tablets || fail "OpenMLDB start failed" "$EXIT_TIMED_OUT"
recover_data || fail "OpenMLDB start failed: not every partition serves"
echo "OpenMLDB start success"
