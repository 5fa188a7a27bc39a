# Helpers of the scripts beside it; to be sourced, not run.
# shellcheck shell=bash

say() {
  printf '==> %s\n' "$*"
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit "${2:-1}"
}

# The repository, or the unpacked distribution: the directory above scripts/.
project_dir() {
  cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd
}

# A checkout has the sources to build from; a distribution has not.
is_checkout() {
  [ -f "$1/pom.xml" ]
}

is_number() {
  case $1 in
    '' | *[!0-9]*) return 1 ;;
    *) return 0 ;;
  esac
}

require_number() {
  is_number "$2" || fail "$1 needs a number, not \"$2\"" 2
}

# The argument of an option: require_value OPTION HOW_MANY_ARGUMENTS_ARE_LEFT
require_value() {
  [ "$2" -ge 2 ] || fail "$1 needs a value; see --help" 2
}

is_debian() {
  [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1
}

# Major version of the java that bin/openmldb would take; 0 without one.
java_major() {
  local java=java text
  [ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
  if ! command -v "$java" >/dev/null 2>&1; then
    echo 0
    return
  fi
  text=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  echo "${text:-0}"
}

has_javac() {
  if [ -n "${JAVA_HOME:-}" ]; then
    [ -x "$JAVA_HOME/bin/javac" ]
  else
    command -v javac >/dev/null 2>&1
  fi
}

# Makes sure that Java 17 and, with the argument "build", a compiler and Maven are here. Installs them
# where that is one well-known command that we may run; says what to install everywhere else.
require_tools() {
  local missing=()
  if [ "$(java_major)" -lt 17 ] || { [ "${1:-}" = build ] && ! has_javac; }; then
    missing+=(openjdk-17-jdk-headless)
  fi
  if [ "${1:-}" = build ] && ! command -v mvn >/dev/null 2>&1; then
    missing+=(maven)
  fi
  [ ${#missing[@]} -eq 0 ] && return
  if is_debian && [ "$(id -u)" -eq 0 ]; then
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null || fail "apt-get update failed"
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
      fail "apt-get install ${missing[*]} failed"
  elif is_debian; then
    fail "missing: ${missing[*]}. Run: sudo apt-get install ${missing[*]}"
  else
    fail "a JDK of version 17 or newer and Maven 3.8 or newer are needed; set JAVA_HOME to the JDK"
  fi
  [ "$(java_major)" -ge 17 ] ||
    fail "java is still older than 17; set JAVA_HOME to a JDK of version 17 or newer"
}

# For bin/openmldb --version: the commit that is checked out, if it is known.
commit_of() {
  git -C "$1" rev-parse --short=12 HEAD 2>/dev/null || echo SNAPSHOT
}

# The distribution directory of a checkout that was built last; empty if there is none. The archive
# beside it tells when: the files of the directory all carry the same fixed time.
built_distribution() {
  local archive newest=
  for archive in "$1"/dist/target/holdfast-*.tar.gz; do
    if [ -x "${archive%.tar.gz}/bin/openmldb" ] &&
      { [ -z "$newest" ] || [ "$archive" -nt "$newest" ]; }; then
      newest=$archive
    fi
  done
  printf '%s\n' "${newest%.tar.gz}"
}

# Whether any source is newer than the distribution made from it.
is_stale() {
  local root=$1 stamp=$2.tar.gz
  [ -f "$stamp" ] || return 0
  [ -n "$(find "$root" \( -name target -o -name .git \) -prune -o -type f \
    \( -name '*.java' -o -name '*.proto' -o -name pom.xml -o -path "$root/conf/*" \
    -o -path "$root/dist/src/*" \) -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

# shellcheck disable=SC2034 # DISTRIBUTION is for whoever sources this
# Sets DISTRIBUTION to an up-to-date distribution, building it if it must be.
require_distribution() {
  local root=$1
  if ! is_checkout "$root"; then
    require_tools
    DISTRIBUTION=$root
    return
  fi
  require_tools build
  DISTRIBUTION=$(built_distribution "$root")
  if [ -z "$DISTRIBUTION" ] || is_stale "$root" "$DISTRIBUTION"; then
    say "building Holdfast (the first time takes some minutes)"
    (cd "$root" && mvn -B -ntp -q -pl dist -am -DskipTests -Dspotless.check.skip=true \
      -Dholdfast.commit="$(commit_of "$root")" package) || fail "the build failed"
    DISTRIBUTION=$(built_distribution "$root")
    [ -n "$DISTRIBUTION" ] || fail "the build left no distribution in dist/target"
  fi
}

# Sets JAVA to the java that bin/openmldb would take.
# shellcheck disable=SC2034 # for whoever sources this
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    JAVA=$JAVA_HOME/bin/java
  else
    JAVA=$(command -v java) || fail "no java in PATH"
  fi
}
