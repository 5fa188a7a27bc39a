package io.holdfast.nameserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.nameserver.view.ViewImage;
import io.holdfast.nameserver.view.ViewStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.SetDataRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes OpenMLDB's tree. Fenced like the truth, so that a nameserver that was replaced does not
 * tell clients of leaders that are none any more.
 */
public final class ZkViewStore implements ViewStore {
  private static final Logger LOG = LoggerFactory.getLogger(ZkViewStore.class);
  private static final int CHUNK_OPS = 100;

  /** ZooKeeper refuses packets of 1 MiB. */
  private static final int CHUNK_BYTES = 500_000;

  private static final int ANY_VERSION = -1;

  private final ZkSession session;
  private final ZkPaths paths;
  private final FenceHolder fences;
  private final ScheduledExecutorService thread;
  private final LoopHand loop;

  // Of the thread: what stands there, as this nameserver has left it.
  private final Set<String> tables = new HashSet<>();
  private final Set<String> databases = new HashSet<>();
  private final Set<String> sdkEndpoints = new HashSet<>();
  private boolean autoFailoverThere;
  private long counter;

  /**
   * @param root the cluster's path in ZooKeeper
   * @param thread carries out the work; has one thread
   */
  public ZkViewStore(
      ZkSession session,
      String root,
      FenceHolder fences,
      ScheduledExecutorService thread,
      LoopHand loop) {
    this.session = session;
    this.paths = new ZkPaths(root);
    this.fences = fences;
    this.thread = thread;
    this.loop = loop;
  }

  @Override
  public void write(ViewImage image, Consumer<Boolean> done) {
    thread.execute(
        () -> {
          boolean written = write(image);
          loop.hand(() -> done.accept(written));
        });
  }

  private boolean write(ViewImage image) {
    Fence fence = fences.of(image.epoch()).orElse(null);
    if (fence == null) {
      return false;
    }
    try {
      ZooKeeper zk = session.handle();
      if (image.whole()) {
        lookAt(zk);
      }
      send(zk, fence, operations(image));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (KeeperException e) {
      LOG.warn("the tables that clients see could not be written: {}", e.getMessage());
      return false;
    } catch (RuntimeException | Error e) {
      // An error, too: the view waits for the end of its write before it begins another.
      LOG.error("the tables that clients see could not be written", e);
      return false;
    }
  }

  /** Finds out what stands there: whoever was active before may have left anything. */
  private void lookAt(ZooKeeper zk) throws KeeperException, InterruptedException {
    BulkReader reader = new BulkReader(zk);
    reader.sync(paths.viewTables());
    tables.clear();
    tables.addAll(reader.children(paths.viewTables()));
    databases.clear();
    databases.addAll(reader.children(paths.viewDbs()));
    sdkEndpoints.clear();
    sdkEndpoints.addAll(reader.children(paths.viewSdkEndpoints()));
    autoFailoverThere = zk.exists(paths.viewAutoFailover(), false) != null;
    counter = readCounter(zk);
  }

  private long readCounter(ZooKeeper zk) throws KeeperException, InterruptedException {
    try {
      return Long.parseLong(new String(zk.getData(paths.viewNotify(), false, null), UTF_8).strip());
    } catch (KeeperException.NoNodeException e) {
      return 0;
    } catch (NumberFormatException e) {
      // Clients only look whether it has changed.
      return System.currentTimeMillis();
    }
  }

  private List<Op> operations(ViewImage image) {
    List<Op> ops = new ArrayList<>();
    if (image.whole()) {
      removeOthers(
          ops, image.tables().keySet().stream().map(String::valueOf).collect(Collectors.toSet()));
    }
    for (Map.Entry<Integer, byte[]> table : image.tables().entrySet()) {
      String name = Integer.toString(table.getKey());
      String path = paths.viewTable(table.getKey());
      if (table.getValue().length > 0) {
        ops.add(put(path, table.getValue(), !tables.add(name)));
      } else if (tables.remove(name)) {
        ops.add(Op.delete(path, ANY_VERSION));
      }
    }
    for (String gone : new ArrayList<>(databases)) {
      if (!image.databases().contains(gone)) {
        databases.remove(gone);
        ops.add(Op.delete(paths.viewDb(gone), ANY_VERSION));
      }
    }
    for (String db : image.databases()) {
      if (databases.add(db)) {
        ops.add(put(paths.viewDb(db), new byte[0], false));
      }
    }
    for (String gone : new ArrayList<>(sdkEndpoints)) {
      if (!image.sdkEndpoints().containsKey(gone)) {
        sdkEndpoints.remove(gone);
        ops.add(Op.delete(paths.viewSdkEndpoint(gone), ANY_VERSION));
      }
    }
    image
        .sdkEndpoints()
        .forEach(
            (server, endpoint) ->
                ops.add(
                    put(
                        paths.viewSdkEndpoint(server),
                        endpoint.getBytes(UTF_8),
                        !sdkEndpoints.add(server))));
    byte[] automatic = Boolean.toString(image.autoFailover()).getBytes(UTF_8);
    ops.add(put(paths.viewAutoFailover(), automatic, autoFailoverThere));
    autoFailoverThere = true;
    // Last, so that whoever is told to look finds what there is to see.
    boolean counted = counter > 0;
    counter++;
    ops.add(put(paths.viewNotify(), Long.toString(counter).getBytes(UTF_8), counted));
    return ops;
  }

  private void removeOthers(List<Op> ops, Set<String> wanted) {
    for (String name : new ArrayList<>(tables)) {
      if (!wanted.contains(name)) {
        tables.remove(name);
        ops.add(Op.delete(paths.viewTables() + "/" + name, ANY_VERSION));
      }
    }
  }

  private static Op put(String path, byte[] data, boolean there) {
    return there
        ? Op.setData(path, data, ANY_VERSION)
        : Op.create(path, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
  }

  /**
   * Sends the operations in their order, in transactions that ZooKeeper takes. Readers may see some
   * tables before others; each table is whole.
   */
  private void send(ZooKeeper zk, Fence fence, List<Op> ops)
      throws KeeperException, InterruptedException {
    List<Op> chunk = new ArrayList<>();
    long bytes = 0;
    for (Op op : ops) {
      long size = sizeOf(op);
      if (!chunk.isEmpty() && (chunk.size() >= CHUNK_OPS || bytes + size > CHUNK_BYTES)) {
        sendChunk(zk, fence, chunk);
        chunk.clear();
        bytes = 0;
      }
      chunk.add(op);
      bytes += size;
    }
    sendChunk(zk, fence, chunk);
  }

  private void sendChunk(ZooKeeper zk, Fence fence, List<Op> chunk)
      throws KeeperException, InterruptedException {
    List<Op> fenced = new ArrayList<>();
    fenced.add(Op.check(paths.epoch(), fence.token()));
    fenced.addAll(chunk);
    zk.multi(fenced);
  }

  private static long sizeOf(Op op) {
    long data = 0;
    if (op instanceof Op.Create create) {
      data = ((CreateRequest) create.toRequestRecord()).getData().length;
    } else if (op instanceof Op.SetData set) {
      data = ((SetDataRequest) set.toRequestRecord()).getData().length;
    }
    return data + op.getPath().length() + 64;
  }
}
