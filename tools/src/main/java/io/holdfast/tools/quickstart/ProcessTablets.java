package io.holdfast.tools.quickstart;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.ProcessCluster;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The tablets of a cluster of processes. */
public record ProcessTablets(ProcessCluster cluster) implements TabletControl {
  /** What is done to a process. */
  private interface Deed {
    void run() throws IOException;
  }

  @Override
  public CompletableFuture<Void> kill9(String endpoint) {
    Node node = tablet(endpoint);
    return start(() -> cluster.kill9(node));
  }

  @Override
  public CompletableFuture<Void> restart(String endpoint) {
    Node node = tablet(endpoint);
    return start(() -> cluster.restart(node));
  }

  private static CompletableFuture<Void> start(Deed deed) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            deed.run();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        });
  }

  private Node tablet(String endpoint) {
    Node node = cluster.nodeAt(endpoint);
    if (node.role() != NodeRole.TABLET) {
      throw new IllegalArgumentException(node.name() + " is no tablet");
    }
    return node;
  }
}
