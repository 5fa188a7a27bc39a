package io.holdfast.tablet.binlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file for the syncs of all logs of a data directory: when several logs were written, what was
 * written is put here once more, and one sync does for all of them. The logs' own files are synced
 * later, in the background. After the machine has stopped, {@link JournalOpener} writes what the
 * files lack back into them, byte for byte, before anybody looks at a log.
 *
 * <p>So the logs and all that reads them know nothing of it, and it may be missing at any time:
 * then the logs are synced themselves.
 *
 * <p>What a log had here must not come back when the log was cut or exchanged in the meantime.
 * Before such a change the log is synced, and a block says that all of it is void.
 *
 * <p>The writer's thread calls, but for {@link #owes} and the figures, which any thread may ask
 * for.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private static final ByteBuffer ZEROS =
      ByteBuffer.allocateDirect(JournalFormat.PAGE_BYTES).asReadOnlyBuffer();
  private static final long MAKE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int STOP_SECONDS = 60;

  private final Path root;
  private final Path directory;
  private final UUID id;
  private final JournalFiles files;
  private final LogFileOpener opener;
  private final ExecutorService background;

  /** More in one round is written by the logs themselves: it would only be written twice. */
  private final long mostRoundBytes;

  /** What the background has done, for the owner. */
  private final ConcurrentLinkedQueue<Runnable> reports = new ConcurrentLinkedQueue<>();

  private final Map<UUID, Held> logs = new HashMap<>();

  /** Logs whose bytes are here and cannot be brought into their files. */
  private final Set<UUID> owed = ConcurrentHashMap.newKeySet();

  private ByteBuffer block = ByteBuffer.allocateDirect(256 << 10);
  private final ByteBuffer spare = ByteBuffer.allocateDirect(JournalFormat.PAGE_BYTES);
  private int entries;
  private long lastSeq;

  /** What the last block says about the first that is needed. */
  private long saidFrom = 1;

  private long makeAgainNanos = System.nanoTime();
  private volatile boolean failed;
  private volatile boolean settled;

  /** Whether nothing more is put here, because something that is here cannot leave. */
  private boolean retired;

  /** Whether blocks that are on disk can still come back although nobody writes here any more. */
  private boolean stuck;

  private volatile long written;
  private volatile long writtenBytes;

  /** What the journal has of a log. */
  private static final class Held {
    private final Binlog log;

    /** The last block with bytes of it. */
    private long lastSeq;

    /** The first block with bytes that its own files may lack; 0 when they have all. */
    private long neededFrom;

    private boolean isBeingSynced;

    Held(Binlog log) {
      this.log = log;
    }
  }

  /**
   * @param id under which its directory's head is stored
   * @param background syncs logs and makes files; is shut down with the journal
   */
  Journal(Path root, Path directory, UUID id, Size size, ExecutorService background)
      throws IOException {
    this.root = root;
    this.directory = directory;
    this.id = id;
    this.background = background;
    this.opener = size.files();
    this.mostRoundBytes = size.fileBytes() / 4;
    this.files = new JournalFiles(directory, size.mostFiles(), size.fileBytes(), size.files());
    this.block.position(JournalFormat.BLOCK_HEAD_BYTES);
  }

  /**
   * How much room a journal takes.
   *
   * @param mostFiles how many files there may be, at least 4
   * @param fileBytes length of each
   * @param files opens them
   */
  record Size(int mostFiles, int fileBytes, LogFileOpener files) {}

  /** A thread for the background. */
  static ExecutorService thread() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "journal");
              thread.setDaemon(true);
              return thread;
            });
    // Now: later there may be none to be had.
    one.prestartAllCoreThreads();
    return one;
  }

  /**
   * Whether the logs that are about to be written should be synced by a block.
   *
   * @param bytes about what they are given
   */
  boolean isFor(Set<Binlog> several, long bytes) {
    report();
    bringBackFailed();
    syncOldest();
    if (failed || retired || several.isEmpty() || bytes > mostRoundBytes) {
      return false;
    }
    if (several.size() == 1 && !isBehind(several.iterator().next())) {
      return false;
    }
    makeAnother();
    return files.hasRoom(2 * JournalFormat.pages(bytes), from());
  }

  private void report() {
    for (Runnable report = reports.poll(); report != null; report = reports.poll()) {
      report.run();
    }
  }

  /** Whether the log's own files may lack something that is here. */
  boolean isBehind(Binlog log) {
    Held held = logs.get(log.identity().uid());
    return held != null && held.neededFrom > 0;
  }

  /** The first block that some log's files may lack. */
  private long from() {
    long from = lastSeq + 1;
    for (Held held : logs.values()) {
      from = held.neededFrom > 0 ? Math.min(from, held.neededFrom) : from;
    }
    return from;
  }

  /** Has a file made when there will soon be none to go on with. */
  private void makeAnother() {
    if (System.nanoTime() - makeAgainNanos >= 0 && files.wantsAnother(from())) {
      Path name = files.nextName();
      background.execute(() -> make(name));
    }
  }

  /** Has logs synced so that their bytes here are not needed any more. */
  private void syncOldest() {
    long to = files.shouldBeFreeTo(from());
    for (Map.Entry<UUID, Held> entry : logs.entrySet()) {
      Held held = entry.getValue();
      if (held.neededFrom > 0
          && (held.neededFrom <= to || retired)
          && !held.isBeingSynced
          && held.log.failure() == null) {
        held.isBeingSynced = true;
        Segment segment = held.log.lastSegment();
        long upTo = held.lastSeq;
        background.execute(() -> sync(entry.getKey(), held, segment, upTo));
      }
    }
  }

  private void make(Path name) {
    try {
      files.make(name);
      reports.add(() -> made(name));
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("the journal gets no further file, logs are synced by themselves: {}", e.toString());
      reports.add(this::notMade);
    }
  }

  private void made(Path name) {
    try {
      files.add(name);
    } catch (IOException e) {
      LOG.warn("the journal's file {} cannot be used: {}", name, e.toString());
      makeAgainNanos = System.nanoTime() + MAKE_AGAIN_NANOS;
    }
  }

  private void notMade() {
    files.gone();
    makeAgainNanos = System.nanoTime() + MAKE_AGAIN_NANOS;
  }

  private void sync(UUID uid, Held held, Segment segment, long upTo) {
    IOException failure = null;
    try {
      segment.sync();
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new IOException(e);
    }
    IOException cause = failure;
    reports.add(() -> synced(uid, held, upTo, cause));
  }

  private void synced(UUID uid, Held held, long upTo, IOException failure) {
    held.isBeingSynced = false;
    if (logs.get(uid) != held) {
      // It was cut or closed meanwhile.
      return;
    }
    if (failure != null) {
      LOG.error("{} cannot be synced: {}", held.log, failure.toString());
      IOException unused = held.log.kill(failure);
    } else if (held.log.failure() == null && held.neededFrom > 0 && held.neededFrom <= upTo) {
      held.neededFrom = held.lastSeq > upTo ? upTo + 1 : 0;
    }
  }

  /**
   * What logs have here whose syncs have failed is written into their files once more, at once:
   * until then nothing here could be used again.
   */
  private void bringBackFailed() {
    for (Map.Entry<UUID, Held> entry : logs.entrySet()) {
      Held held = entry.getValue();
      if (held.neededFrom > 0
          && held.log.failure() != null
          && !stuck
          && !owed.contains(entry.getKey())) {
        try {
          redo(entry.getKey(), held);
          held.neededFrom = 0;
        } catch (IOException | RuntimeException e) {
          isOwed(entry.getKey(), held.log, e);
        }
      }
    }
  }

  private void isOwed(UUID uid, Binlog log, Exception cause) {
    owed.add(uid);
    retired = true;
    LOG.error(
        "what the journal has of {} cannot be written into its files. That replica stays out of"
            + " service, and logs are synced by themselves, until this tablet is restarted",
        log,
        cause);
  }

  /** A place in the block that is being filled. */
  record Mark(int position, int entries) {}

  Mark mark() {
    return new Mark(block.position(), entries);
  }

  /** Takes back what was added since. */
  void reset(Mark mark) {
    block.position(mark.position());
    entries = mark.entries();
  }

  /** Takes what is written to a log into the block. */
  Tee tee(Binlog log) {
    return (segment, position, bytes) -> {
      if (bytes.hasRemaining()) {
        grow(JournalFormat.WRITE_HEAD_BYTES + bytes.remaining());
        JournalFormat.putWriteHead(
            block, log.identity(), segment.firstOffset(), position, bytes.remaining());
        block.put(bytes.duplicate());
        entries++;
      }
    };
  }

  private void grow(int bytes) {
    // Whole pages, for what is put behind the last entry.
    if (block.remaining() < bytes + JournalFormat.PAGE_BYTES) {
      int wanted = block.position() + bytes + JournalFormat.PAGE_BYTES;
      block = ByteBuffer.allocateDirect(Math.max(2 * block.capacity(), wanted)).put(block.flip());
    }
  }

  /** Whether there is room for the block that is being filled. */
  boolean hasRoom() {
    return files.hasRoom(JournalFormat.pages(block.position()), from());
  }

  /** Whether something waits for {@link #commit}. */
  boolean hasEntries() {
    return entries > 0;
  }

  /**
   * Puts the block on disk, and begins another.
   *
   * @param inBlock logs that have bytes in it
   * @param behind those of them whose own files may lack these
   * @throws IOException when it is not; the journal is of no use then, see {@link #fail}
   */
  void commit(Iterable<Binlog> inBlock, Iterable<Binlog> behind) throws IOException {
    if (failed) {
      throw new IOException("the journal has failed before");
    }
    long bytes = JournalFormat.pages(block.position());
    if (!files.hasRoom(bytes, saidFrom) && files.hasRoom(bytes, from()) && files.hasSpare()) {
      // A file must not be begun anew before it is on disk that its blocks are not needed: a power
      // cut may leave half of it.
      ByteBuffer mark = finished(spare.clear().position(JournalFormat.BLOCK_HEAD_BYTES), 0);
      files.writeSpare(mark, lastSeq);
    }
    if (!files.hasRoom(bytes, saidFrom)) {
      throw new IOException("the journal has no room for " + bytes + " bytes");
    }
    long from = saidFrom;
    ByteBuffer whole = finished(block, entries);
    files.write(whole, lastSeq, from);
    written++;
    writtenBytes += bytes;
    begin();
    long seq = lastSeq;
    // What is before the first block that is needed cannot come back.
    logs.values().removeIf(held -> held.neededFrom == 0 && held.lastSeq < saidFrom);
    for (Binlog log : inBlock) {
      held(log).lastSeq = seq;
    }
    for (Binlog log : behind) {
      Held held = held(log);
      held.neededFrom = held.neededFrom == 0 ? seq : held.neededFrom;
    }
  }

  /** Gives a block its head, the next number, and whole pages. */
  private ByteBuffer finished(ByteBuffer filled, int count) {
    lastSeq++;
    saidFrom = Math.min(from(), lastSeq);
    JournalFormat.putHead(filled, id, lastSeq, saidFrom, count);
    filled.limit((int) JournalFormat.pages(filled.position()));
    // Less than a page.
    filled.put(ZEROS.slice(0, filled.remaining()));
    return filled.flip();
  }

  private Held held(Binlog log) {
    return logs.computeIfAbsent(log.identity().uid(), uid -> new Held(log));
  }

  private void begin() {
    block.clear().position(JournalFormat.BLOCK_HEAD_BYTES);
    entries = 0;
  }

  /** The log's own files have everything that it was given so far. */
  void isSynced(Binlog log) {
    Held held = logs.get(log.identity().uid());
    if (held != null && held.log == log) {
      held.neededFrom = 0;
    }
  }

  /** Logs whose own files lack something that is here. */
  List<Binlog> behind() {
    List<Binlog> behind = new ArrayList<>();
    for (Held held : logs.values()) {
      if (held.neededFrom > 0) {
        behind.add(held.log);
      }
    }
    return behind;
  }

  /** Whether something of a log is here, on disk, that could come back. */
  boolean holds(Binlog log) {
    return stuck || logs.containsKey(log.identity().uid());
  }

  /**
   * Nothing of a log that is here may come back, because the log is about to be changed: adds that
   * to the block, which is to be committed before the change. What the log's own files lack is
   * brought into them.
   *
   * @throws IOException when that cannot be; the log must not be changed then
   */
  void release(Binlog log) throws IOException {
    UUID uid = log.identity().uid();
    checkReleased(log);
    Held held = logs.get(uid);
    if (owed.contains(uid)) {
      throw new IOException(
          "the log lacks what the journal has of it; restart the tablet when the disk is well");
    }
    try {
      if (held != null && held.neededFrom > 0) {
        redo(uid, held);
      }
    } catch (IOException | RuntimeException e) {
      isOwed(uid, log, e);
      throw e;
    }
    if (!failed) {
      grow(JournalFormat.VOID_BYTES);
      JournalFormat.putVoid(block, uid);
      entries++;
    }
    logs.remove(uid);
  }

  /**
   * To be called once {@link #release} is on disk, or has failed to get there.
   *
   * @throws IOException when what is here may come back; the log must not be changed then
   */
  void checkReleased(Binlog log) throws IOException {
    if (stuck) {
      owed.add(log.identity().uid());
      throw new IOException(
          "the journal has failed, and what it has cannot be made void; restart the tablet when the"
              + " disk is well");
    }
  }

  /** Writes once more what a log's sync has failed to bring to disk. */
  private void redo(UUID uid, Held held) throws IOException {
    JournalReader.Found found = JournalReader.find(files.paths(), id);
    List<JournalReader.Block> blocks = new ArrayList<>();
    for (JournalReader.Block one : found.blocks()) {
      if (one.head().seq() >= held.neededFrom && one.head().seq() <= held.lastSeq) {
        blocks.add(one);
      }
    }
    if (found.damage().isPresent() || blocks.size() != held.lastSeq - held.neededFrom + 1) {
      throw new IOException("the journal is damaged: " + found.damage().orElse("blocks are gone"));
    }
    JournalRedo.Done done = new JournalRedo(root, uid::equals, opener).redo(blocks, id);
    if (!done.failed().isEmpty()) {
      throw new IOException(done.failed().toString());
    }
    LOG.warn("{}: {} bytes were written once more from the journal", held.log, done.bytes());
  }

  /**
   * The journal cannot be written. The logs that are {@link #behind} must be synced next; then
   * {@link #failedAndSynced}.
   */
  void fail(Throwable cause) {
    if (!failed) {
      LOG.error("the journal cannot be written; logs are synced by themselves from now on", cause);
    }
    failed = true;
    stuck = true;
    begin();
  }

  /** See {@link #fail}: makes what is on disk void, if no log needs it any more. */
  void failedAndSynced() {
    try {
      if (behind().isEmpty()) {
        JournalHead.store(directory, UUID.randomUUID());
        stuck = false;
      }
    } catch (IOException e) {
      LOG.error("what the journal has cannot be made void: {}", e.toString());
    }
  }

  /** Whether a replica's log lacks what is here, so that it must not be opened. */
  public boolean owes(UUID replicaUid) {
    return owed.contains(replicaUid);
  }

  /** Blocks written so far. */
  public long blocks() {
    return written;
  }

  /** Bytes of the blocks written so far. */
  public long blockBytes() {
    return writtenBytes;
  }

  /** Whether it is in use. */
  public boolean isUsable() {
    return !failed;
  }

  /** Whether it was closed and nothing here is needed any more. */
  public boolean isSettled() {
    return settled;
  }

  /** Syncs what has not been, so that nothing here is needed at the next start. */
  @Override
  public void close() {
    background.shutdown();
    try {
      // No interrupt: it would close the file that is being synced.
      if (!background.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the disk is slow; the journal is read at the next start");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    report();
    for (Binlog log : behind()) {
      try {
        log.sync();
        isSynced(log);
      } catch (IOException e) {
        LOG.warn("{} cannot be synced: {}", log, e.toString());
      }
    }
    try {
      if (behind().isEmpty() && owed.isEmpty() && !stuck) {
        JournalHead.store(directory, UUID.randomUUID());
        settled = true;
      }
      files.close();
    } catch (IOException e) {
      LOG.warn("the journal is read at the next start: {}", e.toString());
    }
  }
}
