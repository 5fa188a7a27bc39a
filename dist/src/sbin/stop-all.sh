#!/usr/bin/env bash
# Stops the cluster of conf/hosts, in the reverse order of its start. Options such as --force are those of
# bin/start.sh.

set -uo pipefail

# shellcheck source=dist/src/sbin/lib.sh
. "$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"

load_cluster
failed=false
start_sh stop nameserver "$@" || failed=true
start_sh stop tablet "$@" || failed=true
if [ "$failed" = true ]; then
  # They would lose it under their feet.
  fail "OpenMLDB stop failed: not every server has ended, see above; ZooKeeper goes on"
fi
uses_existing_zookeeper || start_sh stop zookeeper "$@" || fail "OpenMLDB stop failed: ZooKeeper has not ended"
echo "OpenMLDB stopped"
