package io.holdfast.nameserver.view;

import java.util.Map;
import java.util.Set;

/**
 * What clients shall see.
 *
 * @param epoch the leadership under which it is true
 * @param whole whether the tables are all there are, so that any other is to be removed
 * @param tables serialized table infos by table id; an empty one means that the table is gone
 * @param databases every database
 * @param autoFailover whether failures are acted on automatically
 * @param sdkEndpoints by server, the addresses for clients outside
 */
public record ViewImage(
    long epoch,
    boolean whole,
    Map<Integer, byte[]> tables,
    Set<String> databases,
    boolean autoFailover,
    Map<String, String> sdkEndpoints) {
  public ViewImage {
    tables = Map.copyOf(tables);
    databases = Set.copyOf(databases);
    sdkEndpoints = Map.copyOf(sdkEndpoints);
  }
}
