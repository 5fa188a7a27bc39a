package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.PartitionRecovery;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataResponse;
import io.holdfast.protocol.openmldb.nameserver.RecoveryCopy;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings a cluster back after everything was down. What is safe happens by itself, so the plain
 * form only waits for it; what is not safe needs an operator's word for each partition.
 */
public final class RecoverData implements Command<NsContext> {
  private static final long WAIT_NANOS = 60_000_000_000L;
  private static final long LOOK_MILLIS = 500;

  /** Conditions in which reads and writes are served. */
  private static final Set<String> SERVING = Set.of("HEALTHY", "SHARED_HOST", "DEGRADED");

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "recoverdata",
        "wait until every partition serves, say for whom the others wait, or go on without what is"
            + " lost",
        List.of(
            "recoverdata [--dry-run] [--table=NAME] [--partition=N]",
            "recoverdata --table=NAME --partition=N --accept-loss --reason WHY"
                + " --bypassed-are-stopped",
            "recoverdata --table=NAME --partition=N --clear"),
        List.of(
            "recoverdata",
            "recoverdata --dry-run",
            "recoverdata --table=t1 --partition=3 --accept-loss --reason disk of tablet2 is lost"
                + " --bypassed-are-stopped"));
  }

  @Override
  public Reply run(NsContext context, List<String> words) throws InterruptedException {
    RecoverDataRequest.Builder request = RecoverDataRequest.newBuilder().setDb(context.database());
    boolean dryRun = false;
    StringBuilder reason = null;
    for (String word : words.subList(1, words.size())) {
      if (reason != null && !word.startsWith("--")) {
        // The words of a sentence.
        reason.append(reason.length() == 0 ? "" : " ").append(word);
        continue;
      }
      String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      String value = word.substring(Math.min(word.length(), name.length() + 1));
      switch (name) {
        case "--dry-run" -> dryRun = true;
        case "--table" -> request.setName(value);
        case "--partition" -> {
          if (!value.matches("[0-9]{1,6}")) {
            return Reply.usage("Bad format: " + word + " is no partition number");
          }
          request.setPid(Integer.parseInt(value));
        }
        case "--accept-loss" -> request.setAcceptLoss(true);
        case "--reason" -> reason = new StringBuilder(value);
        case "--bypassed-are-stopped" -> request.setBypassedAreStopped(true);
        case "--clear" -> request.setClear(true);
        default -> {
          return Reply.usage("Bad format: " + word + " is not known; see help recoverdata");
        }
      }
    }
    if (reason != null) {
      request.setReason(reason.toString().replace("\"", "").strip());
    }
    if (request.getAcceptLoss() || request.getClear()) {
      return change(context, request, dryRun);
    }
    return dryRun ? look(context, request.build()) : await(context, request.build());
  }

  // ---- looking

  private static Reply look(NsContext context, RecoverDataRequest request) {
    RecoverDataResponse answer = context.admin().recoverData(request);
    return Reply.result(lines(answer.getPartitionsList(), true), json(answer.getPartitionsList()));
  }

  private static Reply await(NsContext context, RecoverDataRequest request)
      throws InterruptedException {
    long since = System.nanoTime();
    while (true) {
      RecoverDataResponse answer = context.admin().recoverData(request);
      List<PartitionRecovery> waiting =
          answer.getPartitionsList().stream().filter(partition -> !serves(partition)).toList();
      if (waiting.isEmpty()) {
        return Reply.done("recover data ok: " + answer.getPartitionsCount() + " partitions serve");
      }
      if (System.nanoTime() - since >= WAIT_NANOS) {
        List<String> lines = new ArrayList<>();
        lines.add(
            "failed to recover data. error msg: "
                + waiting.size()
                + " of "
                + answer.getPartitionsCount()
                + " partitions do not serve");
        lines.addAll(lines(waiting, false));
        return Reply.failed(
            ExitCode.FAILED,
            0,
            lines,
            "bring back what they wait for; details: recoverdata --dry-run");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private static boolean serves(PartitionRecovery partition) {
    return SERVING.contains(partition.getCondition());
  }

  // ---- changing

  private static Reply change(
      NsContext context, RecoverDataRequest.Builder request, boolean dryRun) {
    if (request.getName().isEmpty() || !request.hasPid()) {
      return Reply.usage("Bad format: name one partition with --table=NAME and --partition=N");
    }
    if (dryRun) {
      return look(context, request.setAcceptLoss(false).setClear(false).build());
    }
    String partition = request.getName() + " " + request.getPid();
    if (request.getAcceptLoss()
        && context.flags().interactive()
        && !request.getBypassedAreStopped()) {
      request.setBypassedAreStopped(
          context.confirmed(
              "Have the processes of all missing in-sync members of "
                  + partition
                  + " ended? One that is merely out of sight may still be taking writes. yes/no"));
    }
    RecoverDataResponse answer = context.admin().recoverData(request.build());
    return Reply.done(
        request.getClear()
            ? "clear ok: " + partition + " no longer shows DATA_LOSS_ACKNOWLEDGED"
            : "recover data ok: " + answer.getMsg());
  }

  // ---- printing

  private static List<String> lines(List<PartitionRecovery> partitions, boolean copies) {
    List<String> lines = new ArrayList<>();
    for (PartitionRecovery partition : partitions) {
      lines.add(
          partition.getName()
              + " "
              + partition.getTid()
              + "_"
              + partition.getPid()
              + ": "
              + partition.getCondition()
              + ": "
              + partition.getConditionText());
      if (partition.hasDataLossAcknowledged()) {
        lines.add("  DATA_LOSS_ACKNOWLEDGED: " + partition.getDataLossAcknowledged());
      }
      if (copies) {
        partition.getCopiesList().forEach(copy -> lines.add("  " + line(copy)));
        lines.add("  " + verdict(partition));
      }
    }
    return lines;
  }

  private static String line(RecoveryCopy copy) {
    StringBuilder line = new StringBuilder(copy.getEndpoint());
    line.append(copy.getIsAlive() ? ": up" : ": down");
    line.append(copy.getInSync() ? ", in sync as uid " + copy.getMemberUid() : ", not in sync");
    if (!copy.hasUid()) {
      return line.append(", no copy is known of").toString();
    }
    if (!copy.getUid().equals(copy.getMemberUid())) {
      line.append(", its copy is uid ").append(copy.getUid());
    }
    line.append(", last offset ").append(copy.getLastOffset());
    if (copy.hasLastTerm()) {
      line.append(" of term ").append(copy.getLastTerm());
    }
    line.append(", committed as far as it knows ").append(copy.getCommit());
    return copy.getFlags().isEmpty() ? line.toString() : line + ", " + copy.getFlags();
  }

  private static String verdict(PartitionRecovery partition) {
    if (!partition.getLossAcceptable()) {
      return "nothing has to be given up, or no copy is there to go on with";
    }
    String known =
        partition.getKnownCommit() == 0
            ? "what had been committed is not known"
            : "committed offset known: " + partition.getKnownCommit();
    return "--accept-loss would choose "
        + partition.getWouldChoose()
        + " (the best log of those that answer then); "
        + known;
  }

  private static List<Map<String, Object>> json(List<PartitionRecovery> partitions) {
    List<Map<String, Object>> result = new ArrayList<>();
    for (PartitionRecovery partition : partitions) {
      result.add(
          new Fields()
              .put("db", partition.getDb())
              .put("name", partition.getName())
              .put("tid", partition.getTid())
              .put("pid", partition.getPid())
              .put("condition", partition.getCondition())
              .put("condition_text", partition.getConditionText())
              .put("waits_for", List.copyOf(partition.getWaitsForList()))
              .put("copies", partition.getCopiesList().stream().map(RecoverData::json).toList())
              .put("loss_acceptable", partition.getLossAcceptable())
              .put("would_choose", partition.hasWouldChoose() ? partition.getWouldChoose() : null)
              .put("known_commit", partition.getKnownCommit())
              .put(
                  "data_loss_acknowledged",
                  partition.hasDataLossAcknowledged() ? partition.getDataLossAcknowledged() : null)
              .map());
    }
    return result;
  }

  private static Map<String, Object> json(RecoveryCopy copy) {
    return new Fields()
        .put("endpoint", copy.getEndpoint())
        .put("is_alive", copy.getIsAlive())
        .put("in_sync", copy.getInSync())
        .put("member_uid", copy.hasMemberUid() ? copy.getMemberUid() : null)
        .put("uid", copy.hasUid() ? copy.getUid() : null)
        .put("flags", copy.getFlags())
        .put("last_term", copy.hasLastTerm() ? copy.getLastTerm() : null)
        .put("last_offset", copy.hasUid() ? copy.getLastOffset() : null)
        .put("commit", copy.hasUid() ? copy.getCommit() : null)
        .map();
  }
}
