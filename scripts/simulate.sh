#!/usr/bin/env bash
# Runs the simulator over a range of seeds. A failing seed is printed; the same seed fails again.

set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

usage() {
  cat <<'HELP'
usage: scripts/simulate.sh --seeds A..B [--minutes N] [--jobs N] [--summary FILE]

  --seeds A..B     first and last seed
  --minutes N      begin no seed after that time
  --jobs N         seeds that are run at a time; as many as there are cores unless said otherwise
  --summary FILE   write a page about what was run
  --help           this text
HELP
}

seeds=
jobs=$(nproc 2>/dev/null || echo 1)
further=()
while [ $# -gt 0 ]; do
  case $1 in
    --seeds)
      require_value "$1" $#
      seeds=$2
      shift
      ;;
    --seeds=*) seeds=${1#*=} ;;
    --minutes)
      require_value "$1" $#
      require_number "$1" "$2"
      further+=(--minutes "$2")
      shift
      ;;
    --jobs)
      require_value "$1" $#
      require_number "$1" "$2"
      jobs=$2
      shift
      ;;
    --summary)
      require_value "$1" $#
      further+=(--summary "$2")
      shift
      ;;
    --minutes=*)
      require_number --minutes "${1#*=}"
      further+=(--minutes "${1#*=}")
      ;;
    --jobs=*)
      require_number --jobs "${1#*=}"
      jobs=${1#*=}
      ;;
    --summary=*) further+=(--summary "${1#*=}") ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "unknown argument \"$1\"; see --help" 2 ;;
  esac
  shift
done
case $seeds in
  *..*) ;;
  *) fail "--seeds needs a range A..B; see --help" 2 ;;
esac
require_number --seeds "${seeds%%..*}"
require_number --seeds "${seeds##*..}"

root=$(project_dir)
is_checkout "$root" || fail "the simulator is part of the sources, not of a distribution"
[ -d "$root/testkit" ] || fail "there is no testkit module in this checkout"
require_tools build
find_java

# One Maven run both compiles what changed and resolves the class path; with nothing changed the class
# path of the last run will do.
class_path_file=$root/testkit/target/class-path.txt
if [ ! -s "$class_path_file" ] || [ -n "$(find "$root" \( -name target -o -name .git \) -prune \
  -o -type f \( -name '*.java' -o -name '*.proto' -o -name pom.xml \) \
  -newer "$class_path_file" -print | head -n 1)" ]; then
  say "compiling the simulator"
  # The modules it is made of resolve to their target/classes within one run, which is why both goals
  # stand in one command.
  (cd "$root" && mvn -B -ntp -q -pl testkit -am -Dspotless.check.skip=true \
    test-compile dependency:build-classpath -Dmdep.outputFile=target/class-path.txt \
    -Dmdep.includeScope=test) || fail "the build failed"
fi

exec "$JAVA" -Xmx2g -XX:+UseParallelGC \
  -cp "$root/testkit/target/classes:$(cat "$class_path_file")" \
  io.holdfast.testkit.sim.SimulateMain --seeds "$seeds" --jobs "$jobs" \
  ${further[@]+"${further[@]}"}
