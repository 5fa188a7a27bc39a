package io.holdfast.shell.tablet;

import io.holdfast.client.call.Refusals;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.TableStatus;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.HumanNumbers;
import io.holdfast.shell.output.Listing;
import java.util.List;

/** Shows the replicas that a tablet holds. */
final class GetTableStatus implements Command<TabletContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.CLUSTER,
        "gettablestatus",
        "show the replicas of this tablet",
        List.of("gettablestatus [tid pid]"),
        List.of("gettablestatus", "gettablestatus 1 0"));
  }

  @Override
  public String failurePrefix() {
    return "gettablestatus failed, error msg: ";
  }

  @Override
  public Reply run(TabletContext context, List<String> words) {
    if (words.size() == 2) {
      return Reply.usage("Bad gettablestatus format");
    }
    GetTableStatusRequest.Builder request = GetTableStatusRequest.newBuilder();
    boolean one = words.size() > 2;
    if (one) {
      TabletWords replica = TabletWords.of(words);
      if (replica.problem() != null) {
        return replica.problem();
      }
      request.setTid(replica.tid()).setPid(replica.pid());
    }
    GetTableStatusResponse answer =
        context.ask("GetTableStatus", request.build(), GetTableStatusResponse.getDefaultInstance());
    boolean absent = one && answer.getCode() == AnswerCode.TABLE_NOT_FOUND;
    if (!absent) {
      Refusals.checked(answer, "gettablestatus");
    }
    Listing listing =
        Listing.of(
            "tid",
            "pid",
            "offset",
            "mode",
            "state",
            "enable_expire",
            "ttl",
            "ttl_offset",
            "memused",
            "compress_type",
            "skiplist_height");
    answer.getAllTableStatusList().forEach(status -> add(listing, status));
    if (one && listing.size() == 0) {
      // A replica that is not here is no error: scripts wait until the row shows its numbers.
      add(listing, TableStatus.getDefaultInstance());
    }
    return listing.reply(context.printer());
  }

  private static void add(Listing listing, TableStatus status) {
    Fields fields =
        new Fields()
            .put("tid", status.getTid())
            .put("pid", status.getPid())
            .put("name", status.getName())
            .put("offset", status.getOffset())
            .put("mode", status.getMode().name())
            .put("state", status.getState().name())
            .put("enable_expire", status.getIsExpire())
            .put("ttl_offset_seconds", status.getTimeOffset())
            .put("record_cnt", status.getRecordCnt())
            .put("memused", status.getRecordByteSize())
            .put("diskused", status.getDiskused())
            .put("compress_type", status.getCompressType().name())
            .put("storage_mode", status.getStorageMode().name())
            .put("skiplist_height", status.getSkiplistHeight());
    // Not in the table: scripts know its columns, and compare the state with OpenMLDB's words.
    if (status.hasLoadPercent()) {
      fields.put("load_percent", status.getLoadPercent());
    }
    if (status.hasBinlogPath()) {
      fields.put("binlog_path", status.getBinlogPath());
      fields.put("snapshot_path", status.getSnapshotPath());
    }
    listing.row(
        fields,
        Integer.toString(status.getTid()),
        Integer.toString(status.getPid()),
        Long.toUnsignedString(status.getOffset()),
        status.getMode().name(),
        status.getState().name(),
        Boolean.toString(status.getIsExpire()),
        "0min",
        status.getTimeOffset() + "s",
        HumanNumbers.size(status.getRecordByteSize()),
        status.getCompressType().name(),
        Integer.toString(status.getSkiplistHeight()));
  }
}
