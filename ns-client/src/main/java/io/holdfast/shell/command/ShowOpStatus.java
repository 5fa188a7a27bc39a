package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.flags.Layout;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists operations: what is under way, and what became of what is over. */
public final class ShowOpStatus implements Command<NsContext> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");

  private static final List<String> COLUMNS =
      List.of(
          "op_id",
          "op_type",
          "name",
          "pid",
          "status",
          "start_time",
          "execute_time",
          "end_time",
          "cur_task",
          "for_replica_cluster");

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "showopstatus",
        "list operations and how far they are; -o json also says why, and what went wrong",
        List.of("showopstatus [table_name [pid]]"),
        List.of("showopstatus", "showopstatus table1 0"));
  }

  @Override
  public String failurePrefix() {
    // As the original has it, and scripts look for.
    return "Fail to show tablets. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    int pid = -1;
    if (words.size() > 2) {
      try {
        pid = Numbers.unsigned32(words.get(2));
      } catch (NumberFormatException e) {
        return Reply.usage("Invalid args. pid should be uint32_t");
      }
    }
    String table = words.size() > 1 ? words.get(1) : "";
    List<OPStatus> ops =
        new ArrayList<>(context.admin().showOpStatus(context.database(), table, pid));
    ops.sort(Comparator.comparing(OPStatus::getOpId, Long::compareUnsigned));
    // The documents show nothing of other clusters; the tools of 0.9 count the columns.
    int columns = context.flags().layout() == Layout.HANDBOOK ? COLUMNS.size() - 1 : COLUMNS.size();
    Listing listing = new Listing(COLUMNS.subList(0, columns));
    long nowSeconds = System.currentTimeMillis() / 1000;
    for (OPStatus op : ops) {
      List<String> cells =
          List.of(
              Long.toUnsignedString(op.getOpId()),
              op.getOpType(),
              op.getName(),
              op.hasPid() ? Integer.toUnsignedString(op.getPid()) : "",
              op.getStatus(),
              time(op.getStartTime()),
              executed(op, nowSeconds),
              time(op.getEndTime()),
              op.getTaskType(),
              op.getForReplicaCluster() == 0 ? "no" : "yes");
      listing.row(json(op), cells.subList(0, columns));
    }
    return listing.reply(context.printer());
  }

  private static String time(long seconds) {
    return seconds == 0
        ? ""
        : TIME.format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
  }

  private static String executed(OPStatus op, long nowSeconds) {
    if (op.getStartTime() == 0) {
      return "";
    }
    long end = op.getEndTime() == 0 ? nowSeconds : op.getEndTime();
    return Math.max(0, end - op.getStartTime()) + "s";
  }

  private static Fields json(OPStatus op) {
    return new Fields()
        .put("op_id", op.getOpId())
        .put("op_type", op.getOpType())
        .put("db", op.getDb())
        .put("name", op.getName().isEmpty() ? null : op.getName())
        .put("pid", op.hasPid() ? op.getPid() : null)
        .put("status", op.getStatus())
        .put("create_millis", op.getCreateMillis())
        .put("start_time", op.getStartTime() == 0 ? null : op.getStartTime())
        .put("end_time", op.getEndTime() == 0 ? null : op.getEndTime())
        .put("deadline_millis", op.getDeadlineMillis() == 0 ? null : op.getDeadlineMillis())
        .put("cur_task", op.getTaskType().isEmpty() ? null : op.getTaskType())
        .put("source", op.hasSource() ? op.getSource() : null)
        .put("target", op.hasTarget() ? op.getTarget() : null)
        .put("parent_id", op.getParentId() == 0 ? null : op.getParentId())
        .put("automatic", op.getAutomatic())
        .put("reason", op.getReason())
        .put("progress", op.getProgress())
        .put("attempts", op.getAttempts())
        .put("error", op.getError().isEmpty() ? null : op.getError());
  }
}
