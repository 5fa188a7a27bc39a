package io.holdfast.nameserver.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;

/**
 * Reads many nodes at once: a thousand round trips one after the other would be most of the time of
 * a take-over.
 */
final class BulkReader {
  /**
   * A node that was read.
   *
   * @param version of its data
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
  record Node(String path, byte[] data, int version) {}

  private static final int IN_FLIGHT = 256;
  private static final long TIMEOUT_SECONDS = 30;

  private interface Start<T> {
    void start(String path, CompletableFuture<T> answer);
  }

  private final ZooKeeper zk;

  BulkReader(ZooKeeper zk) {
    this.zk = zk;
  }

  /**
   * Waits until the server that is connected to has seen everything that was written before. After
   * a reconnect it may be another server, and lag behind what this client itself has written.
   */
  void sync(String path) throws KeeperException, InterruptedException {
    each(
        List.of(path),
        (at, answer) ->
            zk.sync(at, (AsyncCallback.VoidCallback) (rc, p, c) -> end(rc, p, p, answer), null));
  }

  List<String> children(String path) throws KeeperException, InterruptedException {
    return children(List.of(path)).get(0);
  }

  /** The names below each of the paths, in their order. */
  List<List<String>> children(List<String> paths) throws KeeperException, InterruptedException {
    return each(
        paths,
        (at, answer) ->
            zk.getChildren(
                at,
                false,
                (AsyncCallback.ChildrenCallback) (rc, p, c, names) -> end(rc, p, names, answer),
                null));
  }

  Node data(String path) throws KeeperException, InterruptedException {
    return data(List.of(path)).get(0);
  }

  /** The nodes at the paths, in their order. */
  List<Node> data(List<String> paths) throws KeeperException, InterruptedException {
    return each(
        paths,
        (at, answer) ->
            zk.getData(
                at,
                false,
                (AsyncCallback.DataCallback)
                    (rc, p, c, data, stat) ->
                        end(
                            rc,
                            p,
                            stat == null ? null : new Node(p, data, stat.getVersion()),
                            answer),
                null));
  }

  private static <T> void end(int rc, String path, T value, CompletableFuture<T> answer) {
    KeeperException.Code code = KeeperException.Code.get(rc);
    if (code == KeeperException.Code.OK) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(KeeperException.create(code, path));
    }
  }

  private static <T> List<T> each(List<String> paths, Start<T> start)
      throws KeeperException, InterruptedException {
    List<T> result = new ArrayList<>(paths.size());
    for (int from = 0; from < paths.size(); from += IN_FLIGHT) {
      List<CompletableFuture<T>> answers = new ArrayList<>();
      for (String path : paths.subList(from, Math.min(paths.size(), from + IN_FLIGHT))) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        start.start(path, answer);
        answers.add(answer);
      }
      for (CompletableFuture<T> answer : answers) {
        result.add(await(answer));
      }
    }
    return result;
  }

  private static <T> T await(CompletableFuture<T> answer)
      throws KeeperException, InterruptedException {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new KeeperException.OperationTimeoutException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KeeperException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
