package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.flags.Layout;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.HumanNumbers;
import io.holdfast.shell.output.Listing;
import java.util.List;

/** Lists tables with their partitions and replicas, a row for each replica. */
public final class ShowTable implements Command<NsContext> {
  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "showtable",
        "list tables with their partitions and replicas",
        List.of("showtable [table_name]"),
        List.of("showtable", "showtable table1"));
  }

  @Override
  public String failurePrefix() {
    return "failed to showtable. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    boolean handbook = context.flags().layout() == Layout.HANDBOOK;
    Listing listing = handbook ? handbookListing() : laterListing();
    String name = words.size() > 1 ? words.get(1) : "";
    for (TableInfo table : context.admin().showTable(context.database(), name)) {
      addTable(listing, table, handbook);
    }
    Reply reply = listing.reply(context.printer());
    return listing.size() == 0 && !name.isEmpty()
        ? reply.withHint(context.adviceOnTable(name))
        : reply;
  }

  private static Listing handbookListing() {
    return Listing.of(
        "name",
        "tid",
        "pid",
        "endpoint",
        "role",
        "ttl",
        "is_alive",
        "compress_type",
        "offset",
        "record_cnt",
        "memused");
  }

  private static Listing laterListing() {
    return Listing.of(
        "name",
        "tid",
        "pid",
        "endpoint",
        "role",
        "is_alive",
        "offset",
        "record_cnt",
        "memused",
        "diskused");
  }

  private static void addTable(Listing listing, TableInfo table, boolean handbook) {
    String tid = Integer.toString(table.getTid());
    if (table.getTablePartitionCount() == 0) {
      listing.row(fields(table, null, null), table.getName(), tid);
    }
    for (TablePartition partition : table.getTablePartitionList()) {
      String pid = Integer.toString(partition.getPid());
      if (partition.getPartitionMetaCount() == 0) {
        listing.row(fields(table, partition, null), table.getName(), tid, pid);
      }
      for (PartitionMeta replica : partition.getPartitionMetaList()) {
        Fields fields = fields(table, partition, replica);
        List<String> cells =
            handbook ? handbookCells(table, pid, replica) : laterCells(table, pid, replica);
        listing.row(fields, cells);
      }
    }
  }

  private static List<String> handbookCells(TableInfo table, String pid, PartitionMeta replica) {
    return List.of(
        table.getName(),
        Integer.toString(table.getTid()),
        pid,
        replica.getEndpoint(),
        role(replica),
        Ttl.text(table),
        alive(replica),
        table.getCompressType().name(),
        offset(replica),
        recordCount(replica),
        memory(replica));
  }

  private static List<String> laterCells(TableInfo table, String pid, PartitionMeta replica) {
    return List.of(
        table.getName(),
        Integer.toString(table.getTid()),
        pid,
        replica.getEndpoint(),
        role(replica),
        alive(replica),
        offset(replica),
        recordCount(replica),
        memory(replica),
        HumanNumbers.size(replica.getDiskused()));
  }

  // A nameserver that has not yet heard from the tablet leaves the figures unset.

  private static String offset(PartitionMeta replica) {
    return replica.hasOffset() ? Long.toUnsignedString(replica.getOffset()) : "";
  }

  private static String recordCount(PartitionMeta replica) {
    return replica.hasRecordCnt() ? Long.toUnsignedString(replica.getRecordCnt()) : "";
  }

  private static String memory(PartitionMeta replica) {
    return replica.hasRecordByteSize() ? HumanNumbers.size(replica.getRecordByteSize()) : "";
  }

  private static String role(PartitionMeta replica) {
    if (replica.getWitness()) {
      return "witness";
    }
    return replica.getIsLeader() ? "leader" : "follower";
  }

  private static String alive(PartitionMeta replica) {
    return replica.getIsAlive() ? "yes" : "no";
  }

  private static Fields fields(TableInfo table, TablePartition partition, PartitionMeta replica) {
    boolean has = replica != null;
    return new Fields()
        .put("db", table.getDb())
        .put("name", table.getName())
        .put("tid", table.getTid())
        .put("pid", partition == null ? null : partition.getPid())
        .put("endpoint", has ? replica.getEndpoint() : null)
        .put("role", has ? role(replica) : null)
        .put("ttl", Ttl.text(table))
        .put("is_alive", has ? replica.getIsAlive() : null)
        .put("compress_type", table.getCompressType().name())
        .put("storage_mode", table.getStorageMode().name())
        .put("offset", has && replica.hasOffset() ? replica.getOffset() : null)
        .put("record_cnt", has && replica.hasRecordCnt() ? replica.getRecordCnt() : null)
        .put("memused", has && replica.hasRecordByteSize() ? replica.getRecordByteSize() : null)
        .put("diskused", has ? replica.getDiskused() : null)
        .put("condition", has && partition.hasCondition() ? partition.getCondition() : null)
        .put(
            "condition_text",
            has && partition.hasConditionText() ? partition.getConditionText() : null)
        .put("waits_for", has ? List.copyOf(partition.getWaitsForList()) : null)
        .put(
            "data_loss_acknowledged",
            has && partition.hasDataLossAcknowledged()
                ? partition.getDataLossAcknowledged()
                : null);
  }
}
