# Environment of the scripts in sbin/ and of bin/start.sh. What is set already is kept.
# shellcheck shell=bash

# true: there is a ZooKeeper already, and OPENMLDB_ZK_CLUSTER names it. false: conf/hosts has it.
export OPENMLDB_USE_EXISTING_ZK_CLUSTER=${OPENMLDB_USE_EXISTING_ZK_CLUSTER:-false}

# host:port of every ZooKeeper server, with commas between. Empty: those of conf/hosts.
export OPENMLDB_ZK_CLUSTER=${OPENMLDB_ZK_CLUSTER:-}

# Where the cluster lives in ZooKeeper.
export OPENMLDB_ZK_ROOT_PATH=${OPENMLDB_ZK_ROOT_PATH:-/openmldb}

# true: every host of conf/hosts is this machine; ssh is never used.
export OPENMLDB_FORCE_LOCAL=${OPENMLDB_FORCE_LOCAL:-false}

# Ports of those lines of conf/hosts that have none.
export OPENMLDB_TABLET_PORT=${OPENMLDB_TABLET_PORT:-10921}
export OPENMLDB_NAMESERVER_PORT=${OPENMLDB_NAMESERVER_PORT:-7527}
export OPENMLDB_ZK_CLUSTER_CLIENT_PORT=${OPENMLDB_ZK_CLUSTER_CLIENT_PORT:-2181}
export OPENMLDB_ZK_CLUSTER_PEER_PORT=${OPENMLDB_ZK_CLUSTER_PEER_PORT:-2888}
export OPENMLDB_ZK_CLUSTER_ELECTION_PORT=${OPENMLDB_ZK_CLUSTER_ELECTION_PORT:-3888}

# true: clear-all.sh removes whole work dirs, save the one that it runs from.
export CLEAR_OPENMLDB_INSTALL_DIR=${CLEAR_OPENMLDB_INSTALL_DIR:-false}

# The Java of the servers, on every host; empty: JAVA_HOME, or the java in PATH.
export RUNNER_JAVA_HOME=${RUNNER_JAVA_HOME:-}
if [ -n "$RUNNER_JAVA_HOME" ]; then
  export JAVA_HOME=$RUNNER_JAVA_HOME
fi

# Seconds that a start or stop may take.
export OPENMLDB_WAIT_SECONDS=${OPENMLDB_WAIT_SECONDS:-120}
