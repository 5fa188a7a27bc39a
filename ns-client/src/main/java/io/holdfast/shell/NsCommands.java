package io.holdfast.shell;

import io.holdfast.shell.command.AddReplica;
import io.holdfast.shell.command.ChangeLeader;
import io.holdfast.shell.command.Checksum;
import io.holdfast.shell.command.ConfGet;
import io.holdfast.shell.command.ConfSet;
import io.holdfast.shell.command.Count;
import io.holdfast.shell.command.Create;
import io.holdfast.shell.command.CreateDb;
import io.holdfast.shell.command.DelReplica;
import io.holdfast.shell.command.Delete;
import io.holdfast.shell.command.Drop;
import io.holdfast.shell.command.DropDb;
import io.holdfast.shell.command.Get;
import io.holdfast.shell.command.Info;
import io.holdfast.shell.command.OfflineEndpoint;
import io.holdfast.shell.command.Preview;
import io.holdfast.shell.command.Promote;
import io.holdfast.shell.command.Put;
import io.holdfast.shell.command.RecoverData;
import io.holdfast.shell.command.RecoverEndpoint;
import io.holdfast.shell.command.Scan;
import io.holdfast.shell.command.ShowDb;
import io.holdfast.shell.command.ShowNs;
import io.holdfast.shell.command.ShowSchema;
import io.holdfast.shell.command.ShowTable;
import io.holdfast.shell.command.ShowTablet;
import io.holdfast.shell.command.Use;
import java.util.List;

/** The commands of the nameserver shell, grouped by task as help lists them. */
public final class NsCommands {
  private NsCommands() {}

  public static CommandSet<NsContext> all() {
    return new CommandSet<>(
        List.of(
            new ShowTablet(),
            new ShowNs(),
            new ConfGet(),
            new ConfSet(),
            new RecoverData(),
            new ChangeLeader(),
            new OfflineEndpoint(),
            new RecoverEndpoint(),
            new AddReplica(),
            new Promote(),
            new DelReplica(),
            new CreateDb(),
            new Use(),
            new ShowDb(),
            new DropDb(),
            new Create(),
            new ShowTable(),
            new ShowSchema(),
            new Checksum(),
            new Info(),
            new Drop(),
            new Put(),
            new Get(),
            new Scan(),
            new Count(),
            new Delete(),
            new Preview()));
  }
}
