#!/usr/bin/env bash
# Measures logs and engines beside what they can be compared with.

set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

usage() {
  cat <<'HELP'
usage: scripts/bench.sh [--quick | --rounds N] [REGEX]
       scripts/bench.sh --memory
       scripts/bench.sh --heap GIB [--versions N]

Runs the benchmarks of the module benchmarks whose names match, all of them without REGEX (that takes
about half an hour), and prints a table: for each how many times as fast it is as the first of its group,
then the median of the rounds and what they were between. Each round runs everything once, so the ratios
say more than the rates on a machine that does other work as well. Only in a checkout.

  --quick         one short round: to see that everything runs; the figures say nothing
  --rounds N      how many rounds (default 3)
  --memory        instead: what rows and small tables take, and how an index grows
  --heap GIB      instead: so many GiB of rows in memory tables beside a heap of 1 GiB; takes twice as
                  much memory, and leaves the collector's log in benchmarks/target/heap-gc.log
  --versions N    with --heap: versions of each key (default 10)
  --help          this text

REGEX is one of Java's over package.class.method, such as MemoryRead, Disk or 'Write.*put'.
Files are made in java.io.tmpdir; BENCH_DIR names another directory, on the disk that is meant.

exit status: 0 measured, 1 a benchmark or the build failed or none matches, 2 usage
HELP
}

kind=table
versions=10
heap=
further=()
while [ $# -gt 0 ]; do
  case $1 in
    --quick) further+=(--quick) ;;
    --rounds)
      require_value "$1" $#
      require_number "$1" "$2"
      further+=(--rounds "$2")
      shift
      ;;
    --rounds=*)
      require_number --rounds "${1#*=}"
      further+=(--rounds "${1#*=}")
      ;;
    --memory) kind=memory ;;
    --heap)
      require_value "$1" $#
      require_number "$1" "$2"
      kind=heap
      heap=$2
      shift
      ;;
    --heap=*)
      require_number --heap "${1#*=}"
      kind=heap
      heap=${1#*=}
      ;;
    --versions)
      require_value "$1" $#
      require_number "$1" "$2"
      versions=$2
      shift
      ;;
    --versions=*)
      require_number --versions "${1#*=}"
      versions=${1#*=}
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    -*) fail "unknown argument \"$1\"; see --help" 2 ;;
    *) further+=("$1") ;;
  esac
  shift
done
[ "$kind" = table ] || [ ${#further[@]} -eq 0 ] || fail "--$kind goes with no other benchmark; see --help" 2

root=$(project_dir)
is_checkout "$root" || fail "the benchmarks are part of the sources, not of a distribution"
require_tools build
find_java

module=$root/benchmarks
class_path_file=$module/target/class-path.txt
if [ ! -s "$class_path_file" ] || [ -n "$(find "$root" \( -name target -o -name .git \) -prune \
  -o -type f \( -name '*.java' -o -name '*.proto' -o -name pom.xml \) \
  -newer "$class_path_file" -print | head -n 1)" ]; then
  say "compiling the benchmarks"
  # Both goals in one command, so that the other modules resolve to their target/classes.
  (cd "$root" && mvn -B -ntp -q -pl benchmarks -am -Dspotless.check.skip=true \
    test-compile dependency:build-classpath -Dmdep.outputFile=target/class-path.txt \
    -Dmdep.includeScope=runtime) || fail "the build failed"
fi
class_path=$module/target/classes:$(cat "$class_path_file")

directory=()
[ -z "${BENCH_DIR:-}" ] || directory=("-Djava.io.tmpdir=$BENCH_DIR")
# As in BenchMain, which gives them to the processes that are measured.
chronicle=(
  --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
  --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  -Dchronicle.analytics.disable=true
)
quiet=-Dlogback.configurationFile=$root/conf/logback-shell.xml

case $kind in
  table)
    exec "$JAVA" -Xmx256m "$quiet" ${directory[@]+"${directory[@]}"} -cp "$class_path" \
      io.holdfast.benchmarks.BenchMain ${further[@]+"${further[@]}"}
    ;;
  memory)
    exec "$JAVA" -Xmx2g "$quiet" "${chronicle[@]}" -cp "$class_path" \
      io.holdfast.tablet.storage.FootprintMain
    ;;
  heap)
    exec "$JAVA" -Xms1g -Xmx1g "-XX:MaxDirectMemorySize=$((heap * 5 / 2 + 1))g" \
      "-Xlog:gc*,safepoint:file=$module/target/heap-gc.log:uptime" "$quiet" -cp "$class_path" \
      io.holdfast.tablet.storage.HeapMain "$heap" "$versions"
    ;;
esac
