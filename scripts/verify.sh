#!/usr/bin/env bash
# Builds everything and runs every check and test that a change must pass. Further arguments go to
# Maven, such as -pl tablet -am.

set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
. "$here/lib.sh"

root=$(project_dir)
is_checkout "$root" || fail "there are no sources here to verify"
require_tools build
cd "$root"
exec mvn -B -ntp -Dholdfast.commit="$(commit_of "$root")" verify "$@"
