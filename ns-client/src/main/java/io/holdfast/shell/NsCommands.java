package io.holdfast.shell;

import io.holdfast.client.HoldfastException;
import io.holdfast.shell.command.AddIndex;
import io.holdfast.shell.command.AddReplica;
import io.holdfast.shell.command.AddTableField;
import io.holdfast.shell.command.CancelOp;
import io.holdfast.shell.command.ChangeLeader;
import io.holdfast.shell.command.Checksum;
import io.holdfast.shell.command.ConfGet;
import io.holdfast.shell.command.ConfSet;
import io.holdfast.shell.command.Count;
import io.holdfast.shell.command.Create;
import io.holdfast.shell.command.CreateDb;
import io.holdfast.shell.command.DelReplica;
import io.holdfast.shell.command.Delete;
import io.holdfast.shell.command.DeleteIndex;
import io.holdfast.shell.command.DeleteOp;
import io.holdfast.shell.command.Drain;
import io.holdfast.shell.command.Drop;
import io.holdfast.shell.command.DropDb;
import io.holdfast.shell.command.Followed;
import io.holdfast.shell.command.Get;
import io.holdfast.shell.command.GetTablePartition;
import io.holdfast.shell.command.Info;
import io.holdfast.shell.command.MakeSnapshot;
import io.holdfast.shell.command.Migrate;
import io.holdfast.shell.command.OfflineEndpoint;
import io.holdfast.shell.command.Planned;
import io.holdfast.shell.command.Preview;
import io.holdfast.shell.command.Promote;
import io.holdfast.shell.command.Put;
import io.holdfast.shell.command.Rebalance;
import io.holdfast.shell.command.RecoverData;
import io.holdfast.shell.command.RecoverEndpoint;
import io.holdfast.shell.command.RecoverTable;
import io.holdfast.shell.command.RetryOp;
import io.holdfast.shell.command.Scan;
import io.holdfast.shell.command.SetReplicaNum;
import io.holdfast.shell.command.SetSdkEndpoint;
import io.holdfast.shell.command.SetTablePartition;
import io.holdfast.shell.command.SetTtl;
import io.holdfast.shell.command.ShowCatalogVersion;
import io.holdfast.shell.command.ShowDb;
import io.holdfast.shell.command.ShowNs;
import io.holdfast.shell.command.ShowOpStatus;
import io.holdfast.shell.command.ShowSchema;
import io.holdfast.shell.command.ShowSdkEndpoint;
import io.holdfast.shell.command.ShowTable;
import io.holdfast.shell.command.ShowTablet;
import io.holdfast.shell.command.Switchover;
import io.holdfast.shell.command.Unsupported;
import io.holdfast.shell.command.UpdateTableAlive;
import io.holdfast.shell.command.Use;
import java.util.ArrayList;
import java.util.List;

/** The commands of the nameserver shell, grouped by task as help lists them. */
public final class NsCommands {
  private static final int NO_TABLE = 100;

  private NsCommands() {}

  /** Commands that name a table name it first, but for one. */
  private static String adviceOnTable(
      NsContext context, List<String> words, HoldfastException failure) {
    int position = words.get(0).equals("migrate") ? 2 : 1;
    return Failures.serverCode(failure) == NO_TABLE && words.size() > position
        ? context.adviceOnTable(words.get(position))
        : "";
  }

  public static CommandSet<NsContext> all() {
    List<Command<NsContext>> commands =
        new ArrayList<>(
            List.of(
                new ShowTablet(),
                new ShowNs(),
                new ConfGet(),
                new ConfSet(),
                new ShowSdkEndpoint(),
                new SetSdkEndpoint(),
                new ShowCatalogVersion(),
                new RecoverData(),
                new Followed(new Planned(new ChangeLeader())),
                new Followed(new Planned(new Switchover(true))),
                new Followed(new Planned(new Switchover(false))),
                new Followed(new Planned(new OfflineEndpoint())),
                new Followed(new Planned(new RecoverEndpoint())),
                new Followed(new Planned(new Drain())),
                new Followed(new Planned(new Rebalance())),
                new Followed(new Planned(new SetReplicaNum())),
                new Followed(new Planned(new AddReplica())),
                new Followed(new Planned(new Promote())),
                new Followed(new Planned(new DelReplica())),
                new ShowOpStatus(),
                new Planned(new CancelOp()),
                new Planned(new DeleteOp()),
                new Followed(new Planned(new RetryOp())),
                new Followed(new Planned(new MakeSnapshot())),
                new Followed(new Planned(new Migrate())),
                new Followed(new Planned(new RecoverTable())),
                new Followed(new Planned(new UpdateTableAlive())),
                new CreateDb(),
                new Use(),
                new ShowDb(),
                new DropDb(),
                new Planned(new Create()),
                new ShowTable(),
                new ShowSchema(),
                new Checksum(),
                new Info(),
                new Planned(new SetTtl()),
                new Planned(new AddTableField()),
                new Followed(new Planned(new AddIndex())),
                new Planned(new DeleteIndex()),
                new GetTablePartition(),
                new SetTablePartition(),
                new Planned(new Drop()),
                new Put(),
                new Get(),
                new Scan(),
                new Count(),
                new Delete(),
                new Preview()));
    commands.addAll(Unsupported.all());
    return new CommandSet<>(commands, NsCommands::adviceOnTable);
  }
}
