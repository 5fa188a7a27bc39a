# Reads conf/hosts. To be sourced, not run.
# shellcheck shell=bash

# Every instance is one place in each of these.
ROLES=() HOSTS=() PORTS=() DIRECTORIES=() LINES=()
# Of a ZooKeeper server also peer:election, the ports between the servers of an ensemble; of others empty.
PEERS=()

# read_hosts FILE: fills them, or says of every bad line what is wrong with it
read_hosts() {
  local file=$1 line words section='' number=0 bad=0
  if [ ! -r "$file" ]; then
    note "there is no $file"
    return 1
  fi
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%%#*}
    read -r -a words <<<"${line%$'\r'}"
    [ ${#words[@]} -gt 0 ] || continue
    PROBLEM=
    if [[ ${words[0]} == '['* ]]; then
      read_section "${words[*]}"
    elif [ -z "$section" ]; then
      PROBLEM="it is in no section such as [tablet]"
    elif [ "$section" != none ]; then
      read_instance "$section" "$number" "${words[@]}"
    fi
    if [ -n "$PROBLEM" ]; then
      note "$file:$number: $PROBLEM: ${words[*]}"
      bad=1
    fi
  done <"$file"
  [ "$bad" -eq 0 ] && require_roles "$file"
}

# Sets section, which is the caller's.
read_section() {
  case $1 in
    '[tablet]' | '[nameserver]' | '[zookeeper]') section=${1:1:${#1}-2} ;;
    '[apiserver]' | '[taskmanager]')
      # OpenMLDB's file has them.
      note "$file:$number: there is no ${1:1:${#1}-2} in Holdfast; its lines are passed over"
      section=none
      ;;
    *)
      # Its lines are not to be reported as well.
      section=none
      PROBLEM="unknown section; known are [tablet] [nameserver] [zookeeper]"
      ;;
  esac
}

# read_instance ROLE LINE WORD [WORD ...]
read_instance() {
  local role=$1 number=$2 address=$3 directory=${4:-} host port rest peers='' i
  if [ $# -gt 4 ]; then
    PROBLEM="more than host[:port] and a work dir"
    return
  fi
  IFS=: read -r host port rest <<<"$address"
  case $role in
    tablet) port=${port:-$OPENMLDB_TABLET_PORT} ;;
    nameserver) port=${port:-$OPENMLDB_NAMESERVER_PORT} ;;
    zookeeper)
      port=${port:-$OPENMLDB_ZK_CLUSTER_CLIENT_PORT}
      if [[ $rest =~ ^([0-9]{1,5})?(:([0-9]{1,5}))?$ ]]; then
        peers=${BASH_REMATCH[1]:-$OPENMLDB_ZK_CLUSTER_PEER_PORT}:${BASH_REMATCH[3]:-$OPENMLDB_ZK_CLUSTER_ELECTION_PORT}
        rest=
      fi
      ;;
  esac
  if [[ ! $host =~ ^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$ ]]; then
    PROBLEM="\"$host\" is no host name or IPv4 address"
  elif [ -n "$rest" ] || ! are_ports "$port${peers:+:$peers}"; then
    PROBLEM="the port must be a number from 1 to 65535"
  else
    case $directory in
      '') directory=$OPENMLDB_HOME ;;
      /*) ;;
      *) directory=$OPENMLDB_HOME/$directory ;;
    esac
    # clear-all.sh removes below it, so it had better be what it seems to be.
    directory=${directory%/}
    if [[ ! $directory =~ ^(/[A-Za-z0-9._+-]+)+$ ]] || [[ $directory/ =~ /\.\.?/ ]]; then
      PROBLEM="the work dir must be a path of letters, digits and ._+- without . and .."
    fi
  fi
  [ -z "$PROBLEM" ] || return
  for ((i = 0; i < ${#ROLES[@]}; i++)); do
    is_same_host "$host" "${HOSTS[i]}" || continue
    if have_common_port "$port:$peers" "${PORTS[i]}:${PEERS[i]}"; then
      PROBLEM="line ${LINES[i]} has this host and port already${peers:+ ($port:$peers)}"
    elif [ "$role" = "${ROLES[i]}" ] && [ "$directory" = "${DIRECTORIES[i]}" ]; then
      PROBLEM="line ${LINES[i]} has a $role in this work dir ($directory) already; give each its own"
    fi
  done
  [ -z "$PROBLEM" ] || return
  ROLES+=("$role") HOSTS+=("$host") PORTS+=("$port") DIRECTORIES+=("$directory") LINES+=("$number")
  PEERS+=("$peers")
}

# are_ports PORT[:PORT ...]
are_ports() {
  local ports port
  IFS=: read -r -a ports <<<"$1"
  for port in "${ports[@]}"; do
    [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && [ "$port" -le 65535 ] || return 1
  done
}

# have_common_port PORT:... PORT:...
have_common_port() {
  local ports port
  IFS=: read -r -a ports <<<"$1"
  for port in "${ports[@]}"; do
    case :$2: in
      *:"$port":*) return 0 ;;
    esac
  done
  return 1
}

is_same_host() {
  [ "${1/#127.0.0.1/localhost}" = "${2/#127.0.0.1/localhost}" ]
}

has_role() {
  local role
  for role in ${ROLES[@]+"${ROLES[@]}"}; do
    [ "$role" != "$1" ] || return 0
  done
  return 1
}

require_roles() {
  local role
  for role in tablet nameserver; do
    if ! has_role "$role"; then
      note "$1 has no $role"
      return 1
    fi
  done
  if uses_existing_zookeeper; then
    [ -n "$OPENMLDB_ZK_CLUSTER" ] && return
    note "OPENMLDB_USE_EXISTING_ZK_CLUSTER is true, and OPENMLDB_ZK_CLUSTER does not say where it is"
    return 1
  elif ! has_role zookeeper; then
    note "$1 has no zookeeper; add one, or set OPENMLDB_USE_EXISTING_ZK_CLUSTER and OPENMLDB_ZK_CLUSTER"
    return 1
  fi
}
