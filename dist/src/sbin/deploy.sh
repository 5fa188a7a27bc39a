#!/usr/bin/env bash
# Writes settings of one component into conf/COMPONENT.flags of the work dir that it is called in. What else
# stands there is kept, and a line that is replaced stays as a comment.

set -u

if [ $# -lt 2 ] || [[ ! $1 =~ ^(zookeeper|nameserver|tablet)[0-9]*$ ]]; then
  echo "usage: sbin/deploy.sh COMPONENT --name=value ..." >&2
  exit 2
fi
file=conf/$1.flags
component=$1
shift

current=
if [ -r "$file" ]; then
  current=$(cat "$file") || exit 1
else
  current="# Settings of this $component; those of conf/${component%%[0-9]*}.properties hold as well. Lines of sbin/deploy-all.sh
# come last, and win."
fi
for setting in "$@"; do
  if [[ ! $setting =~ ^--[a-z_]+= ]]; then
    echo "deploy.sh: not --name=value: $setting" >&2
    exit 2
  fi
  name=${setting%%=*}
  if [ "$(printf '%s\n' "$current" | grep -e "^$name=" | tail -n 1)" != "$setting" ]; then
    current=$(printf '%s\n' "$current" | sed "s/^$name=/# &/")
    current=$current$'\n'$setting
  fi
done
printf '%s\n' "$current" >"$file.new" && mv -f "$file.new" "$file"
