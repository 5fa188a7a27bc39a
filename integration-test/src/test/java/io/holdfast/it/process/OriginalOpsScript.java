package io.holdfast.it.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Does to a cluster what the operations script of OpenMLDB 0.9 does: starts the same processes with
 * the same words, reads what they print by the same rules, and makes the same calls over HTTP. So
 * whatever breaks that script breaks here.
 *
 * <p>Where the script goes on after a failure, this stops with it, for a test to see. It waits no
 * longer than a bound where the script would wait for ever.
 */
final class OriginalOpsScript {
  private static final List<String> INTERNAL =
      List.of("__INTERNAL_DB", "__PRE_AGG_DB", "INFORMATION_SCHEMA");
  private static final int MOST_LOOKS = 60;
  private static final String LEADER_MODE = "kTableLeader";
  private static final int OP_COLUMNS = 10;

  /** What the script would call a failure. */
  static final class ScriptException extends Exception {
    private static final long serialVersionUID = 1L;

    ScriptException(String message) {
      super(message);
    }
  }

  /** A row of showtable. */
  record Copy(
      String name, int tid, int pid, String endpoint, boolean leads, boolean alive, long offset) {
    String key() {
      return tid + "_" + pid;
    }
  }

  /** A row of gettablestatus. */
  record Status(String key, long offset, String mode, String state) {}

  private record Output(int status, String out) {
    /** The script's own rule. */
    boolean isOk() {
      return !out.contains("error msg") && status == 0;
    }
  }

  private final String launcher;
  private final String zkCluster;
  private final String zkRootPath;
  private final Path statfile;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, String> addresses = new TreeMap<>();
  private final List<String> did = new ArrayList<>();
  private String leader;

  OriginalOpsScript(Path launcher, String zkCluster, String zkRootPath, Path statfile) {
    this.launcher = launcher.toString();
    this.zkCluster = zkCluster;
    this.zkRootPath = zkRootPath;
    this.statfile = statfile;
  }

  /** The commands that were given to the nameserver, and the calls, in their order. */
  List<String> did() {
    return did;
  }

  // ---- processes

  private Output run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(launcher);
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    // What an operator sets who has the script of 0.9.
    builder.environment().put("OPENMLDB_LAYOUT", "0.9");
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Output(process.waitFor(), out);
  }

  private Output throughZooKeeper(String command) throws IOException, InterruptedException {
    return run(
        "--zk_cluster=" + zkCluster,
        "--zk_root_path=" + zkRootPath,
        "--role=ns_client",
        "--interactive=false",
        "--cmd=" + command);
  }

  private Output ns(String database, String command) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--endpoint=" + addresses.get(leader),
                "--role=ns_client",
                "--interactive=false",
                "--cmd=" + command));
    if (!database.isEmpty()) {
      words.add("--database=" + database);
    }
    return run(words.toArray(String[]::new));
  }

  private Output tablet(String endpoint, String command) throws IOException, InterruptedException {
    return run(
        "--role=client",
        "--interactive=false",
        "--endpoint=" + addresses.getOrDefault(endpoint, endpoint),
        "--cmd=" + command);
  }

  private static Output ok(Output output, String what) throws ScriptException {
    if (!output.isOk()) {
      throw new ScriptException(what + " failed: " + output.status() + " " + output.out());
    }
    return output;
  }

  /** Lines below the first ruler of at least six dashes, each split at white space. */
  static List<List<String>> rows(String out) {
    List<List<String>> rows = new ArrayList<>();
    boolean begun = false;
    for (String line : out.split("\n")) {
      String stripped = line.stripLeading();
      if (stripped.startsWith("------")) {
        begun = true;
      } else if (begun && !stripped.isBlank()) {
        rows.add(List.of(stripped.strip().split("\\s+")));
      }
    }
    return rows;
  }

  // ---- every command begins so

  void connect() throws IOException, InterruptedException, ScriptException {
    addresses.clear();
    for (List<String> row : rows(ok(throughZooKeeper("showns"), "showns").out())) {
      addresses.put(row.get(0), row.get(1).equals("-") ? row.get(0) : row.get(1));
      if (row.get(2).equals("leader")) {
        leader = row.get(0);
      }
    }
    if (leader == null) {
      throw new ScriptException("no nameserver leads");
    }
    for (List<String> row : rows(ok(throughZooKeeper("showtablet"), "showtablet").out())) {
      addresses.put(row.get(0), row.get(1).equals("-") ? row.get(0) : row.get(1));
    }
  }

  /** A manage command. */
  interface Deed {
    void run() throws IOException, InterruptedException, ScriptException;
  }

  /** Runs a manage command: automatic failover is off meanwhile. */
  void manage(Deed deed) throws IOException, InterruptedException, ScriptException {
    did.clear();
    connect();
    boolean automatic = ok(ns("", "confget auto_failover"), "confget").out().contains("true");
    if (automatic) {
      ok(ns("", "confset auto_failover false"), "confset");
    }
    deed.run();
    if (automatic) {
      ok(ns("", "confset auto_failover true"), "confset");
    }
  }

  // ---- questions

  List<String> databases() throws IOException, InterruptedException, ScriptException {
    return rows(ok(ns("", "showdb"), "showdb").out()).stream()
        .filter(row -> row.size() >= 2)
        .map(row -> row.get(1))
        .toList();
  }

  private List<String> allDatabases() throws IOException, InterruptedException, ScriptException {
    List<String> all = new ArrayList<>(INTERNAL);
    all.addAll(databases());
    return all;
  }

  List<Copy> copies(String database, String table)
      throws IOException, InterruptedException, ScriptException {
    List<Copy> copies = new ArrayList<>();
    for (List<String> row : rows(ok(ns(database, "showtable " + table), "showtable").out())) {
      if (row.size() >= 4) {
        copies.add(
            new Copy(
                row.get(0),
                Integer.parseInt(row.get(1)),
                Integer.parseInt(row.get(2)),
                row.get(3),
                row.get(4).equals("leader"),
                row.get(5).equals("yes"),
                row.get(6).equals("-") ? 0 : Long.parseLong(row.get(6))));
      }
    }
    return copies;
  }

  /** All that a tablet holds, or one when it is named. */
  private Map<String, Status> statuses(String endpoint, String tid, String pid)
      throws IOException, InterruptedException, ScriptException {
    Output output = ok(tablet(endpoint, "gettablestatus " + tid + " " + pid), "gettablestatus");
    if (output.out().contains("failed")) {
      throw new ScriptException("gettablestatus failed: " + output.out());
    }
    Map<String, Status> statuses = new LinkedHashMap<>();
    for (List<String> row : rows(output.out())) {
      if (row.size() >= 4) {
        String key = row.get(0) + "_" + row.get(1);
        statuses.put(key, new Status(key, Long.parseLong(row.get(2)), row.get(3), row.get(4)));
      }
    }
    return statuses;
  }

  private Map<String, Status> statuses(String endpoint)
      throws IOException, InterruptedException, ScriptException {
    return statuses(endpoint, "", "");
  }

  private List<String> healthy() throws IOException, InterruptedException, ScriptException {
    return rows(ok(ns("", "showtablet"), "showtablet").out()).stream()
        .filter(row -> row.get(2).equals("kHealthy"))
        .map(row -> row.get(0))
        .toList();
  }

  /** The operations; every row has ten words. */
  List<List<String>> ops(String database, String table, String pid)
      throws IOException, InterruptedException, ScriptException {
    List<List<String>> rows =
        rows(ok(ns(database, "showopstatus " + table + " " + pid + " "), "showopstatus").out());
    for (List<String> row : rows) {
      if (row.size() != OP_COLUMNS) {
        throw new ScriptException("a row of showopstatus with " + row.size() + " words: " + row);
      }
    }
    return rows;
  }

  // ---- changes

  private void order(String database, String command, String expected)
      throws IOException, InterruptedException, ScriptException {
    did.add(command);
    Output output = ok(ns(database, command), command);
    if (!output.out().contains(expected)) {
      throw new ScriptException(command + " does not say " + expected + ": " + output.out());
    }
  }

  private void recoverTablePartition(String db, Copy copy, String endpoint)
      throws IOException, InterruptedException, ScriptException {
    order(
        db, "recovertable " + copy.name() + " " + copy.pid() + " " + endpoint, "recover table ok");
  }

  private void updateAlive(String db, Copy copy, String value)
      throws IOException, InterruptedException, ScriptException {
    order(
        db,
        String.join(
            " ",
            "updatetablealive",
            copy.name(),
            Integer.toString(copy.pid()),
            copy.endpoint(),
            value),
        "update ok");
  }

  private void changeLeader(String db, Copy copy, String candidate)
      throws IOException, InterruptedException, ScriptException {
    order(db, "changeleader " + copy.name() + " " + copy.pid() + " " + candidate, "");
  }

  private void migrate(String db, Copy copy, String source, String target)
      throws IOException, InterruptedException, ScriptException {
    order(
        db,
        String.join(" ", "migrate", source, copy.name(), Integer.toString(copy.pid()), target),
        "migrate ok");
  }

  private void addReplica(String db, Copy copy, String endpoint)
      throws IOException, InterruptedException, ScriptException {
    order(db, "addreplica " + copy.name() + " " + copy.pid() + " " + endpoint, "ok");
  }

  private void delReplica(String db, Copy copy, String endpoint)
      throws IOException, InterruptedException, ScriptException {
    order(db, "delreplica " + copy.name() + " " + copy.pid() + " " + endpoint, "ok");
  }

  /** Until the last operation of the partition has ended; there must be one. */
  private void awaitOp(String db, Copy copy)
      throws IOException, InterruptedException, ScriptException {
    for (int i = 0; i < MOST_LOOKS; i++) {
      List<List<String>> ops = ops(db, copy.name(), Integer.toString(copy.pid()));
      if (ops.isEmpty()) {
        throw new ScriptException("no op is listed for " + copy);
      }
      List<String> last = ops.get(ops.size() - 1);
      switch (last.get(4)) {
        case "kDoing", "kInited" -> TimeUnit.SECONDS.sleep(2);
        case "kFailed" -> throw new ScriptException("op failed: " + last);
        default -> {
          return;
        }
      }
    }
    throw new ScriptException("the op of " + copy + " does not end");
  }

  private JsonNode post(String address, String path, String body)
      throws IOException, InterruptedException, ScriptException {
    did.add("POST " + path);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .header("Content-type", "application/json")
            .header("Authorization", "foo")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new ScriptException(path + " answers " + response.statusCode());
    }
    return json.readTree(response.body());
  }

  private static JsonNode required(JsonNode node, String field) throws ScriptException {
    JsonNode value = node.get(field);
    if (value == null) {
      throw new ScriptException(field + " is missing in " + node);
    }
    return value;
  }

  // ---- recoverdata

  void recoverData() throws IOException, InterruptedException, ScriptException {
    for (String db : allDatabases()) {
      Set<String> tables = new LinkedHashSet<>();
      copies(db, "").forEach(copy -> tables.add(copy.name()));
      for (String table : tables) {
        recoverTable(db, table);
      }
    }
  }

  private void recoverTable(String db, String table)
      throws IOException, InterruptedException, ScriptException {
    if (problemOf(db, table).isEmpty()) {
      return;
    }
    JsonNode info = tableInfo(db, table);
    Set<String> endpoints = new LinkedHashSet<>();
    for (JsonNode partition : required(info, "table_partition")) {
      for (JsonNode meta : required(partition, "partition_meta")) {
        endpoints.add(meta.get("endpoint").asText());
      }
    }
    Map<String, Map<String, Status>> held = new TreeMap<>();
    for (String endpoint : endpoints) {
      held.put(endpoint, statuses(endpoint));
    }
    for (JsonNode partition : info.get("table_partition")) {
      recoverPartition(db, info, partition, held);
    }
    TimeUnit.SECONDS.sleep(1);
    for (int i = 0; ; i++) {
      if (ops(db, table, "").stream().noneMatch(op -> op.get(4).equals("kDoing"))) {
        break;
      }
      if (i == MOST_LOOKS) {
        throw new ScriptException("the ops of " + table + " do not end");
      }
      TimeUnit.SECONDS.sleep(2);
    }
    String problem = problemOf(db, table);
    if (!problem.isEmpty()) {
      throw new ScriptException(table + " in " + db + " is not recovered: " + problem);
    }
  }

  /**
   * Whether every copy is alive, is where it should be, and is in the role that it should be in.
   */
  private String problemOf(String db, String table)
      throws IOException, InterruptedException, ScriptException {
    List<Copy> copies = copies(db, table);
    Map<String, Map<String, Status>> held = new TreeMap<>();
    for (Copy copy : copies) {
      if (!copy.alive()) {
        return copy + " is not alive";
      }
      if (!held.containsKey(copy.endpoint())) {
        held.put(copy.endpoint(), statuses(copy.endpoint()));
      }
    }
    for (Copy copy : copies) {
      Status status = held.get(copy.endpoint()).get(copy.key());
      if (status == null) {
        return copy + " is not there";
      }
      if (copy.leads() != status.mode().equals(LEADER_MODE)) {
        return copy + " is " + status.mode();
      }
    }
    return "";
  }

  private JsonNode tableInfo(String db, String table)
      throws IOException, InterruptedException, ScriptException {
    JsonNode answer =
        post(
            addresses.get(leader),
            "/NameServer/ShowTable",
            json.writeValueAsString(Map.of("db", db, "name", table)));
    if (required(answer, "code").asInt() != 0 || required(answer, "table_info").size() != 1) {
      throw new ScriptException("ShowTable answers " + answer);
    }
    return answer.get("table_info").get(0);
  }

  private void recoverPartition(
      String db, JsonNode info, JsonNode partition, Map<String, Map<String, Status>> held)
      throws IOException, InterruptedException, ScriptException {
    int tid = required(info, "tid").asInt();
    int pid = required(partition, "pid").asInt();
    JsonNode chosen = null;
    List<JsonNode> others = new ArrayList<>();
    for (JsonNode meta : partition.get("partition_meta")) {
      required(meta, "offset");
      if (required(meta, "is_leader").asBoolean()) {
        // The last one that is flagged, whatever its offset.
        chosen = meta;
      }
    }
    if (chosen == null) {
      throw new ScriptException("cannot find leader replica of " + tid + "_" + pid);
    }
    for (JsonNode meta : partition.get("partition_meta")) {
      if (meta != chosen) {
        others.add(meta);
      }
    }
    Copy leading = copy(info, tid, pid, chosen);
    if (!held.get(leading.endpoint()).containsKey(leading.key())) {
      loadTable(info, leading);
    }
    if (!leading.alive()) {
      updateAlive(db, leading, "yes");
    }
    for (JsonNode meta : others) {
      Copy copy = copy(info, tid, pid, meta);
      if (copy.alive()) {
        updateAlive(db, copy, "no");
      }
      recoverTablePartition(db, copy, copy.endpoint());
    }
  }

  private static Copy copy(JsonNode info, int tid, int pid, JsonNode meta) {
    return new Copy(
        info.get("name").asText(),
        tid,
        pid,
        meta.get("endpoint").asText(),
        meta.get("is_leader").asBoolean(),
        !meta.has("is_alive") || meta.get("is_alive").asBoolean(),
        meta.get("offset").asLong());
  }

  private void loadTable(JsonNode info, Copy copy)
      throws IOException, InterruptedException, ScriptException {
    String mode = info.has("storage_mode") ? info.get("storage_mode").asText() : "kMemory";
    JsonNode answer =
        post(
            copy.endpoint(),
            "/TabletServer/LoadTable",
            json.writeValueAsString(
                Map.of(
                    "table_meta",
                    Map.of(
                        "name",
                        copy.name(),
                        "tid",
                        copy.tid(),
                        "pid",
                        copy.pid(),
                        "ttl",
                        0,
                        "seg_cnt",
                        8,
                        "storage_mode",
                        mode))));
    if (required(answer, "code").asInt() != 0) {
      throw new ScriptException("LoadTable answers " + answer);
    }
    for (int i = 0; i < MOST_LOOKS; i++) {
      Status status =
          statuses(copy.endpoint(), Integer.toString(copy.tid()), Integer.toString(copy.pid()))
              .get(copy.key());
      String state = status == null ? "kTableUndefined" : status.state();
      switch (state) {
        case "kTableNormal" -> {
          return;
        }
        case "kTableLoading", "kTableUndefined" -> TimeUnit.SECONDS.sleep(2);
        default -> throw new ScriptException(copy + " is " + state);
      }
    }
    throw new ScriptException(copy + " is not loaded");
  }

  // ---- scaleout, scalein

  void scaleOut() throws IOException, InterruptedException, ScriptException {
    List<String> healthy = healthy();
    for (String db : databases()) {
      Map<String, List<Copy>> byEndpoint = new TreeMap<>();
      healthy.forEach(endpoint -> byEndpoint.put(endpoint, new ArrayList<>()));
      List<Copy> copies = copies(db, "");
      copies.forEach(
          copy -> byEndpoint.computeIfAbsent(copy.endpoint(), e -> new ArrayList<>()).add(copy));
      while (moveOne(db, copies, byEndpoint)) {
        did.add("moved one of " + db);
      }
    }
  }

  private boolean moveOne(String db, List<Copy> copies, Map<String, List<Copy>> byEndpoint)
      throws IOException, InterruptedException, ScriptException {
    Comparator<Map.Entry<String, List<Copy>>> bySize =
        Comparator.comparingInt(entry -> entry.getValue().size());
    Map.Entry<String, List<Copy>> out = byEndpoint.entrySet().stream().max(bySize).orElseThrow();
    Map.Entry<String, List<Copy>> in = byEndpoint.entrySet().stream().min(bySize).orElseThrow();
    if (out.getValue().size() <= in.getValue().size() + 1) {
      return false;
    }
    Copy moved =
        out.getValue().stream()
            .filter(copy -> in.getValue().stream().noneMatch(c -> c.key().equals(copy.key())))
            .findFirst()
            .orElseThrow();
    long replicas = copies.stream().filter(copy -> copy.key().equals(moved.key())).count();
    migratePartition(db, moved, out.getKey(), in.getKey(), replicas == 1);
    out.getValue().remove(moved);
    in.getValue().add(moved);
    return true;
  }

  private void migratePartition(String db, Copy copy, String source, String target, boolean single)
      throws IOException, InterruptedException, ScriptException {
    if (copy.leads() && single) {
      addReplica(db, copy, target);
      awaitOp(db, copy);
      changeLeader(db, copy, target);
      awaitOp(db, copy);
      recoverTablePartition(db, copy, source);
      awaitOp(db, copy);
      delReplica(db, copy, source);
      awaitOp(db, copy);
      return;
    }
    if (copy.leads()) {
      changeLeader(db, copy, "auto");
      awaitOp(db, copy);
      recoverTablePartition(db, copy, source);
      awaitOp(db, copy);
    }
    migrate(db, copy, source, target);
    awaitOp(db, copy);
  }

  void scaleIn(String... leaving) throws IOException, InterruptedException, ScriptException {
    List<String> healthy = healthy();
    for (String endpoint : leaving) {
      if (!healthy.contains(endpoint)) {
        throw new ScriptException(endpoint + " is not alive, cannot execute scale-in");
      }
    }
    List<String> remaining = new ArrayList<>(healthy);
    remaining.removeAll(List.of(leaving));
    for (String endpoint : leaving) {
      empty(endpoint, remaining);
    }
  }

  private void empty(String endpoint, List<String> remaining)
      throws IOException, InterruptedException, ScriptException {
    Map<String, Status> held = statuses(endpoint);
    Map<String, String> databaseOf = new TreeMap<>();
    Map<String, List<Copy>> byKey = new TreeMap<>();
    Map<String, Integer> load = new TreeMap<>();
    for (String db : allDatabases()) {
      for (Copy copy : copies(db, "")) {
        databaseOf.put(copy.key(), db);
        byKey.computeIfAbsent(copy.key(), key -> new ArrayList<>()).add(copy);
        load.merge(copy.endpoint(), 1, Integer::sum);
      }
    }
    if (byKey.values().stream().anyMatch(copies -> copies.size() > remaining.size())) {
      throw new ScriptException("cannot execute scale-in");
    }
    for (Status status : held.values()) {
      List<Copy> copies = byKey.get(status.key());
      if (copies == null) {
        throw new ScriptException("TypeError: nobody knows " + status);
      }
      // Only those that hold something are targets, by what they held at the start.
      String target =
          remaining.stream()
              .filter(load::containsKey)
              .filter(other -> copies.stream().noneMatch(copy -> copy.endpoint().equals(other)))
              .min(Comparator.comparing(load::get))
              .orElseThrow(() -> new ScriptException("can not find endpoint to migrate"));
      Copy here =
          copies.stream()
              .filter(copy -> copy.endpoint().equals(endpoint))
              .findFirst()
              .orElseThrow();
      migratePartition(databaseOf.get(status.key()), here, endpoint, target, copies.size() == 1);
    }
  }

  // ---- upgrades

  void preUpgrade(String endpoint) throws IOException, InterruptedException, ScriptException {
    Map<String, Status> held = statuses(endpoint);
    List<String> lines = new ArrayList<>();
    for (String db : allDatabases()) {
      List<Copy> copies = copies(db, "");
      for (Copy copy : copies) {
        Status status = held.get(copy.key());
        boolean leadsHere =
            copy.endpoint().equals(endpoint) && status != null && status.mode().equals(LEADER_MODE);
        if (!leadsHere) {
          continue;
        }
        String extra = "";
        if (copies.stream().filter(other -> other.key().equals(copy.key())).count() == 1) {
          extra =
              healthy().stream().filter(other -> !other.equals(endpoint)).findFirst().orElseThrow();
          addReplica(db, copy, extra);
          awaitOp(db, copy);
        }
        changeLeader(db, copy, extra.isEmpty() ? "auto" : extra);
        awaitOp(db, copy);
        recoverTablePartition(db, copy, endpoint);
        awaitOp(db, copy);
        lines.add(
            String.join(
                ",",
                endpoint,
                db,
                copy.name(),
                Integer.toString(copy.tid()),
                Integer.toString(copy.pid()),
                extra));
      }
    }
    Files.write(statfile, lines);
  }

  void postUpgrade(String endpoint) throws IOException, InterruptedException, ScriptException {
    for (String db : allDatabases()) {
      for (int i = 0; ; i++) {
        boolean busy =
            ops(db, "", "").stream()
                .anyMatch(op -> op.get(4).equals("kDoing") || op.get(4).equals("kInited"));
        if (!busy) {
          break;
        }
        if (i == MOST_LOOKS) {
          throw new ScriptException("the ops of " + db + " do not end");
        }
        TimeUnit.SECONDS.sleep(2);
      }
    }
    for (String line : Files.readAllLines(statfile)) {
      List<String> words = List.of(line.split(",", -1));
      giveBack(words, statuses(endpoint));
    }
    Files.delete(statfile);
  }

  private void giveBack(List<String> words, Map<String, Status> held)
      throws IOException, InterruptedException, ScriptException {
    String endpoint = words.get(0);
    String db = words.get(1);
    int pid = Integer.parseInt(words.get(4));
    Status status = held.get(words.get(3) + "_" + pid);
    if (status == null) {
      throw new ScriptException("nothing of " + words + " is there");
    }
    if (status.mode().equals(LEADER_MODE)) {
      return;
    }
    Copy leading =
        copies(db, words.get(2)).stream()
            .filter(copy -> copy.pid() == pid && copy.leads())
            .findFirst()
            .orElseThrow(() -> new ScriptException("no leader of " + words));
    changeLeader(db, leading, endpoint);
    awaitOp(db, leading);
    recoverTablePartition(db, leading, leading.endpoint());
    awaitOp(db, leading);
    if (!words.get(5).isEmpty()) {
      delReplica(db, leading, words.get(5));
      awaitOp(db, leading);
    }
  }
}
