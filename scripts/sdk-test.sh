#!/usr/bin/env bash
# Runs OpenMLDB's own Java SDK, unmodified, against a cluster of processes on this machine.

set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

usage() {
  cat <<'HELP'
usage: scripts/sdk-test.sh [--test CLASS] [--offline]

Builds the distribution, unpacks the native library of openmldb-native once (714 MB, into
sdk-test/target/native), and runs the tests of the module sdk-test: each starts 1 ZooKeeper, 2 nameservers
and 3 tablets on the loopback address and drives them by the SDK. Only in a checkout.

  --test CLASS    only this one, such as SdkDdlTest
  --offline       download nothing: everything is in the local Maven repository already
  --help          this text

exit status: 0 every test passed, 1 not so, 2 usage
HELP
}

maven=()
while [ $# -gt 0 ]; do
  case $1 in
    --test)
      require_value "$1" $#
      maven+=("-Dtest=$2" -Dsurefire.failIfNoSpecifiedTests=false)
      shift
      ;;
    --test=*) maven+=("-Dtest=${1#*=}" -Dsurefire.failIfNoSpecifiedTests=false) ;;
    --offline) maven+=(-o) ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "unknown argument \"$1\"; see --help" 2 ;;
  esac
  shift
done

root=$(project_dir)
is_checkout "$root" || fail "the SDK's tests are part of a checkout, not of a distribution"
require_tools build

say "building Holdfast and running the SDK's tests (the first time takes some minutes)"
# The other modules' tests are scripts/verify.sh's.
exec mvn -B -ntp -q -f "$root/pom.xml" -Psdk -pl sdk-test -am -DskipTests \
  -Dholdfast.commit="$(commit_of "$root")" ${maven[@]+"${maven[@]}"} verify
