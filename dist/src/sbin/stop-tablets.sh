#!/usr/bin/env bash
# Stops every tablet of conf/hosts. Options such as --force are those of bin/start.sh.

set -uo pipefail

# shellcheck source=dist/src/sbin/lib.sh
. "$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"

load_cluster
start_sh stop tablet "$@"
