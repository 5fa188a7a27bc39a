#!/usr/bin/env bash
# Removes data and logs of one component of the work dir that it is called in: sbin/clear.sh COMPONENT

set -u

if [ $# -ne 1 ] || [[ ! $1 =~ ^(zookeeper|nameserver|tablet)[0-9]*$ ]]; then
  echo "usage: sbin/clear.sh COMPONENT" >&2
  exit 2
fi
COMPONENT=$1
# These are for process.sh.
# shellcheck disable=SC2034
ROLE=${BASH_REMATCH[1]} CONF_DIR=conf HOME_DIR=$PWD PID_FILE=bin/$COMPONENT.pid
# shellcheck source=dist/src/bin/process.sh
. bin/process.sh
bin/start.sh status "$COMPONENT" >/dev/null
if [ $? -ne 3 ]; then
  echo "clear.sh: $COMPONENT runs; stop it first" >&2
  exit 1
fi
case $ROLE in
  tablet) paths=$(setting db_root_path ./db),$(setting ssd_root_path ''),$(setting hdd_root_path '') ;;
  zookeeper) paths=$(setting data_dir zookeeper-data) ;;
  nameserver) paths= ;;
esac
IFS=, read -r -a data <<<"$paths"
# All are looked at before any is removed.
for path in ${data[@]+"${data[@]}"}; do
  read -r path <<<"$path"
  path=${path#./}
  case /$path/ in
    //) ;;
    *//* | */../* | */./* | /bin/* | /conf/* | /lib/* | /sbin/* | /tools/*)
      echo "clear.sh: data of $COMPONENT is not in a directory of its own below $PWD but in $path; remove it yourself" >&2
      exit 1
      ;;
  esac
done
for path in ${data[@]+"${data[@]}"}; do
  read -r path <<<"$path"
  [ -z "$path" ] || rm -rf -- "${PWD:?}/$path" || exit 1
done
rm -f "logs/$COMPONENT".* "logs/${COMPONENT}_mon".*
echo "$COMPONENT is cleared in $PWD"
