#!/usr/bin/env bash
# Writes dist/src/server-classes.txt anew: the classes that a small cluster loads while it does what every
# cluster does. bin/openmldb makes the servers' class archive from it. To be run after `mvn package`, when
# many classes have new names or a library has changed; what the list does not have is only loaded slower.

set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
home=$(ls -d "$root"/dist/target/holdfast-*/ 2>/dev/null | head -n 1)
[ -n "$home" ] || { echo "there is no distribution: run mvn package first" >&2; exit 1; }
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT

export HOLDFAST_CDS=off
zk=127.0.0.1:31181

serve() { # NAME ROLE FLAGS...
  local name=$1 role=$2
  shift 2
  HOLDFAST_JAVA_OPTS="-XX:DumpLoadedClassList=$work/$name.list" \
    "$home/bin/openmldb" --role="$role" --heap=256m "$@" >"$work/$name.log" 2>&1 &
  pids+=($!)
}

shell() {
  "$home/bin/openmldb" --role=ns_client --zk_cluster=$zk --zk_root_path=/classes --interactive=false \
    --database="$1" --cmd="$2"
}

# wait_for WHAT COMMAND...
wait_for() {
  local what=$1 i
  shift
  for i in $(seq 300); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.2
  done
  echo "$what does not come; see the logs:" >&2
  tail -n 5 "$work"/*.log >&2
  exit 1
}

serve zookeeper zookeeper --data_dir="$work/zookeeper" --port=31181
wait_for ZooKeeper bash -c "</dev/tcp/127.0.0.1/31181"
for port in 31182 31183; do
  serve "nameserver-$port" nameserver --endpoint=127.0.0.1:$port --zk_cluster=$zk --zk_root_path=/classes
done
for port in 31184 31185; do
  serve "tablet-$port" tablet --endpoint=127.0.0.1:$port --zk_cluster=$zk --zk_root_path=/classes \
    --db_root_path="$work/tablet-$port"
done
for port in 31182 31183 31184 31185; do
  wait_for "server $port" curl -sf "http://127.0.0.1:$port/readiness"
done
wait_for "the database" shell "" "createdb classes"
wait_for "the table" shell classes "create trips 0 2 2 id:string:index fare:double"
for i in 1 2 3 4 5; do
  shell classes "put trips $i id$i $i.5"
done
for command in "get trips id1 0" "scan trips id1 0 0" "showtable" "showtablet" "showopstatus" "makesnapshot trips 0"; do
  shell classes "$command" || true
done
curl -sf "http://127.0.0.1:31184/metrics" >/dev/null
kill "${pids[@]}"
wait
pids=()

# Names only: what else the JVM writes is of its own version. Made-up classes have no file.
cat "$work"/*.list | sed -n 's/^\([a-zA-Z][^ ]*\).*/\1/p' |
  grep -v -e '\$\$' -e 'LambdaForm' -e '^jdk/proxy' -e '/\$Proxy' -e '^com/sun/proxy' |
  LC_ALL=C sort -u >"$root/dist/src/server-classes.txt"
wc -l "$root/dist/src/server-classes.txt"
