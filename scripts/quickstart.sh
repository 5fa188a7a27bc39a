#!/usr/bin/env bash
# Starts a whole cluster on this machine, kills a leader while rows are being written, and shows that
# no acknowledged row was lost.

set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

usage() {
  cat <<'HELP'
usage: scripts/quickstart.sh [--rows N] [--port-base N] [--keep]

Starts 1 ZooKeeper, 2 nameservers and 3 tablets on the loopback address, loads taxi trips into a
table of 8 partitions with 3 replicas each, kills the tablet that leads most of them while rows are
being written, reads every acknowledged row back, starts the tablet again, waits until every
partition has three in-sync replicas, and reads everything back once more.

  --rows N        how many trips to load (default 10000)
  --port-base N   first of the 30 ports used (default 17000)
  --keep          leave the cluster running at the end, until Ctrl-C
  --help          this text

Data and logs are in .onebox/quickstart of a checkout, else in ./holdfast-quickstart; each run
begins with an empty one.

exit status: 0 every acknowledged row was kept, 1 not so or the cluster did not start, 2 usage
HELP
}

rows=10000
port_base=17000
keep=()
while [ $# -gt 0 ]; do
  case $1 in
    --rows)
      require_value "$1" $#
      rows=$2
      shift
      ;;
    --rows=*) rows=${1#*=} ;;
    --port-base)
      require_value "$1" $#
      port_base=$2
      shift
      ;;
    --port-base=*) port_base=${1#*=} ;;
    --keep) keep=(--keep) ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "unknown argument \"$1\"; see --help" 2 ;;
  esac
  shift
done
require_number --rows "$rows"
require_number --port-base "$port_base"

root=$(project_dir)
require_distribution "$root"
find_java
if is_checkout "$root"; then
  work=$root/.onebox/quickstart
else
  work=$PWD/holdfast-quickstart
fi

say "data and logs in $work"
# Ctrl-C reaches the whole foreground group. The Java program's shutdown hook stops the cluster; with
# exec there is no shell left that could end before it has.
exec "$JAVA" -Xmx512m -XX:+UseSerialGC \
  "-Dlogback.configurationFile=$DISTRIBUTION/conf/logback-shell.xml" \
  -cp "$DISTRIBUTION/lib/*" io.holdfast.tools.quickstart.Quickstart \
  --distribution="$DISTRIBUTION" --work_dir="$work" \
  --trips="$DISTRIBUTION/sample-data/taxi_trips.csv" \
  --rows="$rows" --port_base="$port_base" ${keep[@]+"${keep[@]}"}
