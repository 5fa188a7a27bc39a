#!/usr/bin/env bash
# Measures how long a partition takes no writes when its leader is killed, many times over.

set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

usage() {
  cat <<'HELP'
usage: scripts/failover-bench.sh [--planned [--warm-up N]] [--runs N] [--port-base N]

Starts 1 ZooKeeper, 2 nameservers and 3 tablets on the loopback address and a writer for each of 8
partitions, one row about every millisecond. Then, N times: kills the tablet that leads most
partitions with kill -9, waits until every partition takes writes again, starts the tablet again and
waits until every partition has three in-sync replicas. At the end reads every acknowledged row back.

Prints, over the partitions that lost their leader, how long the longest gap between two successful
writes was.

  --planned       kills nothing: changes the leader of one partition after the other (changeleader)
  --warm-up N     with --planned: so many changes first that are not counted (default 0)
  --runs N        how many times (default 20)
  --port-base N   first of the 30 ports used (default 17100)
  --help          this text

exit status: 0 every acknowledged row was kept, 1 not so or the cluster did not start, 2 usage
HELP
}

runs=20
planned=false
warm_up=0
port_base=17100
while [ $# -gt 0 ]; do
  case $1 in
    --runs)
      require_value "$1" $#
      runs=$2
      shift
      ;;
    --runs=*) runs=${1#*=} ;;
    --planned) planned=true ;;
    --warm-up)
      require_value "$1" $#
      warm_up=$2
      shift
      ;;
    --warm-up=*) warm_up=${1#*=} ;;
    --port-base)
      require_value "$1" $#
      port_base=$2
      shift
      ;;
    --port-base=*) port_base=${1#*=} ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "unknown argument \"$1\"; see --help" 2 ;;
  esac
  shift
done
require_number --runs "$runs"
require_number --warm-up "$warm_up"
require_number --port-base "$port_base"
[ "$runs" -gt 0 ] || fail "--runs must be at least 1" 2

root=$(project_dir)
require_distribution "$root"
find_java
if is_checkout "$root"; then
  work=$root/.onebox/failover-bench
else
  work=$PWD/holdfast-failover-bench
fi

say "data and logs in $work"
exec "$JAVA" -Xmx512m -XX:+UseSerialGC \
  "-Dlogback.configurationFile=$DISTRIBUTION/conf/logback-shell.xml" \
  -cp "$DISTRIBUTION/lib/*" io.holdfast.tools.quickstart.Quickstart \
  --distribution="$DISTRIBUTION" --work_dir="$work" \
  --trips="$DISTRIBUTION/sample-data/taxi_trips.csv" \
  --runs="$runs" --planned="$planned" --warm_up="$warm_up" --port_base="$port_base"
