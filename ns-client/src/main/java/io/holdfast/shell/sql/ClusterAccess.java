package io.holdfast.shell.sql;

import io.holdfast.client.AdminClient;
import io.holdfast.client.discovery.ClusterSession.NameServer;
import java.sql.SQLException;
import java.util.List;

/** What the shell asks besides its session; connected to when it is first asked. */
interface ClusterAccess {
  /** The active nameserver. */
  AdminClient admin();

  /**
   * The nameservers that run, the active one first; none when there is no ZooKeeper to look them up
   * in.
   */
  List<NameServer> nameServers() throws SQLException;
}
