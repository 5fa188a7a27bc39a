package io.holdfast.tablet.session;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.tablet.query.TableSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables as the nameserver publishes them for clients: one node each, and a counter that is
 * raised after every change. While the counter stands where it stood, the tables are not read
 * again. All reads are requests that ZooKeeper answers later, so nobody waits. Thread-safe.
 */
final class PublishedTables implements TableSource {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedTables.class);

  /** The tables as of a state of the counter. */
  private record Image(long counter, List<TableInfo> tables) {}

  private final CuratorFramework zookeeper;
  private final String tables;
  private final String counter;
  private final CuratorWatcher watcher = event -> changed();
  private volatile Runnable listener = () -> {};
  private volatile Image last = new Image(-1, List.of());

  /**
   * @param tables the node whose children are tables
   * @param counter the node that changes after they do
   */
  PublishedTables(CuratorFramework zookeeper, String tables, String counter) {
    this.zookeeper = zookeeper;
    this.tables = tables;
    this.counter = counter;
  }

  @Override
  public void onChange(Runnable newListener) {
    listener = newListener;
  }

  /** Something may have changed: the counter, or the session whose watch would have told. */
  void changed() {
    listener.run();
  }

  @Override
  public CompletionStage<List<TableInfo>> read() {
    // The counter first: what changes behind it is told of by the watch.
    return counter()
        .thenCompose(
            now -> {
              Image image = last;
              if (now != 0 && image.counter() == now) {
                return CompletableFuture.completedFuture(image.tables());
              }
              return readAll()
                  .thenApply(
                      read -> {
                        last = new Image(now, read);
                        return read;
                      });
            });
  }

  /** The transaction that last raised the counter; 0 when there is none. */
  private CompletableFuture<Long> counter() {
    return ask(callback ->
            zookeeper.getData().usingWatcher(watcher).inBackground(callback).forPath(counter))
        .thenApply(event -> event == null ? 0L : event.getStat().getMzxid());
  }

  private CompletableFuture<List<TableInfo>> readAll() {
    return ask(callback -> zookeeper.getChildren().inBackground(callback).forPath(tables))
        .thenCompose(
            event -> {
              List<String> names = event == null ? List.of() : event.getChildren();
              List<CompletableFuture<CuratorEvent>> asked =
                  names.stream().map(name -> data(tables + "/" + name)).toList();
              return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                  .thenApply(all -> decode(asked.stream().map(CompletableFuture::join)));
            });
  }

  private CompletableFuture<CuratorEvent> data(String path) {
    return ask(callback -> zookeeper.getData().inBackground(callback).forPath(path));
  }

  private static List<TableInfo> decode(Stream<CuratorEvent> events) {
    List<TableInfo> read = new ArrayList<>();
    events.forEach(
        event -> {
          // One that was dropped between the two requests is not there.
          if (event != null) {
            try {
              read.add(TableInfo.parseFrom(event.getData()));
            } catch (InvalidProtocolBufferException e) {
              LOG.warn("{} is no table: {}", event.getPath(), e.getMessage());
            }
          }
        });
    return List.copyOf(read);
  }

  private interface Request {
    void send(BackgroundCallback callback) throws Exception;
  }

  /** Completes with what ZooKeeper answers, with null when there is no such node. */
  private static CompletableFuture<CuratorEvent> ask(Request request) {
    CompletableFuture<CuratorEvent> answer = new CompletableFuture<>();
    try {
      request.send(
          (client, event) -> {
            KeeperException.Code code = KeeperException.Code.get(event.getResultCode());
            if (code == KeeperException.Code.OK) {
              answer.complete(event);
            } else if (code == KeeperException.Code.NONODE) {
              answer.complete(null);
            } else {
              answer.completeExceptionally(KeeperException.create(code, event.getPath()));
            }
          });
    } catch (Exception e) {
      answer.completeExceptionally(new CompletionException(e));
    }
    return answer;
  }
}
