package io.holdfast.shell.command;

import io.holdfast.client.HoldfastException;
import io.holdfast.client.ReplicaChecksum;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.shell.Command;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.Listing;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the replicas of a table. While rows are being written, replicas are asked at different
 * moments and rarely have one version; then nothing is concluded.
 */
public final class Checksum implements Command<NsContext> {
  private static final String HINT =
      "replicas of one version must agree: keep the tablets' logs and files and report it";

  @Override
  public CommandHelp help() {
    return new CommandHelp(
        CommandHelp.DATABASES,
        "checksum",
        "compare what the replicas of a table hold; those of one version must agree",
        List.of("checksum table_name"),
        List.of("checksum table1"));
  }

  @Override
  public String failurePrefix() {
    return "checksum failed. error msg: ";
  }

  @Override
  public Reply run(NsContext context, List<String> words) {
    if (words.size() != 2) {
      return Reply.usage("Bad format");
    }
    Optional<TableInfo> table = context.describe(words.get(1));
    if (table.isEmpty()) {
      return DataTables.noTable(
          context, words.get(1), failurePrefix() + "table " + words.get(1) + " does not exist");
    }
    Listing listing = Listing.of("pid", "endpoint", "version", "checksum", "rows", "verdict");
    boolean differ = false;
    for (TablePartition partition : table.get().getTablePartitionList()) {
      Map<Long, Long> byVersion = new HashMap<>();
      for (PartitionMeta replica : partition.getPartitionMetaList()) {
        if (!replica.getWitness()) {
          // A witness has no rows to compare.
          differ |= add(listing, context, table.get(), partition, replica, byVersion);
        }
      }
    }
    Reply reply = listing.reply(context.printer());
    return differ ? new Reply(ExitCode.FAILED, reply.lines(), reply.json(), HINT, false) : reply;
  }

  /** Adds a replica's row; returns whether it contradicts one that is listed already. */
  private static boolean add(
      Listing listing,
      NsContext context,
      TableInfo table,
      TablePartition partition,
      PartitionMeta replica,
      Map<Long, Long> byVersion) {
    Fields fields =
        new Fields()
            .put("pid", partition.getPid())
            .put("endpoint", replica.getEndpoint())
            .put("role", replica.getIsLeader() ? "leader" : "follower");
    String pid = Integer.toString(partition.getPid());
    ReplicaChecksum sum;
    try {
      sum = context.table(table.getName()).checksum(partition.getPid(), replica.getEndpoint());
    } catch (HoldfastException e) {
      fields.put("problem", e.getMessage());
      listing.row(fields, pid, replica.getEndpoint(), "", "", "", e.getMessage());
      return false;
    }
    Long other = byVersion.putIfAbsent(sum.version(), sum.checksum());
    boolean differs = other != null && other != sum.checksum();
    String verdict = differs ? "DIFFERS" : other == null ? "" : "same";
    String hex = HexFormat.of().toHexDigits(sum.checksum());
    fields
        .put("version", sum.version())
        .put("checksum", hex)
        .put("rows", sum.rows())
        .put("differs", differs);
    listing.row(
        fields,
        pid,
        replica.getEndpoint(),
        Long.toUnsignedString(sum.version()),
        hex,
        Long.toUnsignedString(sum.rows()),
        verdict);
    return differs;
  }
}
