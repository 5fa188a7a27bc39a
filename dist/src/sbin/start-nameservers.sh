#!/usr/bin/env bash
# Starts every nameserver of conf/hosts: start-nameservers.sh [mon]

set -uo pipefail

# shellcheck source=dist/src/sbin/lib.sh
. "$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"

require_mode "$@"
load_cluster
start_sh start nameserver "$@"
