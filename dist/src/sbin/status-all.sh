#!/usr/bin/env bash
# Tells of every instance of conf/hosts whether it runs and is ready. Fails unless all are.

set -uo pipefail

# shellcheck source=dist/src/sbin/lib.sh
. "$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"

[ $# -eq 0 ] || fail "usage: status-all.sh, without arguments" "$EXIT_USAGE"
load_cluster
result=0
if uses_existing_zookeeper; then
  if OPENMLDB_WAIT_SECONDS=0 await_zookeeper; then
    echo "ZooKeeper answers on $(zk_cluster)"
  else
    echo "ZooKeeper does not answer on $(zk_cluster)"
    result=$EXIT_FAILED
  fi
else
  start_sh status zookeeper --ready || result=$EXIT_FAILED
fi
start_sh status nameserver --ready || result=$EXIT_FAILED
start_sh status tablet --ready || result=$EXIT_FAILED
exit "$result"
