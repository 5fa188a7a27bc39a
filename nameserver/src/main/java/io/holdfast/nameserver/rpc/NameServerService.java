package io.holdfast.nameserver.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.control.AdminResult;
import io.holdfast.nameserver.control.CommandPreview;
import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.driver.ControllerDriver;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.system.SystemTables;
import io.holdfast.nameserver.view.OpInfos;
import io.holdfast.nameserver.view.Recoveries;
import io.holdfast.nameserver.view.TableInfos;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.ConfGetRequest;
import io.holdfast.protocol.openmldb.nameserver.ConfGetResponse;
import io.holdfast.protocol.openmldb.nameserver.GeneralRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.GetTablePartitionRequest;
import io.holdfast.protocol.openmldb.nameserver.GetTablePartitionResponse;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import io.holdfast.protocol.openmldb.nameserver.Pair;
import io.holdfast.protocol.openmldb.nameserver.PlanRequest;
import io.holdfast.protocol.openmldb.nameserver.PlanResponse;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataResponse;
import io.holdfast.protocol.openmldb.nameserver.SetTablePartitionRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowDatabaseResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowFunctionRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowFunctionResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowNameServersRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowNameServersResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowSdkEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowSdkEndpointResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTableRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.UseDatabaseRequest;
import io.holdfast.protocol.openmldb.tablet.ShowProcedureRequest;
import io.holdfast.protocol.openmldb.tablet.ShowProcedureResponse;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.ServiceDefinition;
import io.holdfast.protocol.rpc.UnaryHandler;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * OpenMLDB's {@code NameServer} service. Every call hops to the controller's loop and is answered
 * from there; one that comes to a nameserver which is not the active one is sent on to that.
 */
public final class NameServerService {
  private static final String OK_TEXT = "ok";

  /** Answers a call on the loop of a nameserver that is ready. */
  private interface Handler<Q> {
    void handle(Q request, RpcCall call);
  }

  private final ControllerDriver driver;
  private final Supplier<String> activeEndpoint;
  private final Supplier<List<String>> nameServers;
  private final LongSupplier nanoClock;
  private final LongSupplier wallClock;
  private final CommandMethods commands;

  /**
   * @param activeEndpoint the active nameserver, as far as is known; else empty
   * @param nameServers those that run, as far as is known
   * @param nanoClock the monotonic clock that the driver uses
   * @param wallClock milliseconds since 1970, for reports
   */
  public NameServerService(
      ControllerDriver driver,
      Supplier<String> activeEndpoint,
      Supplier<List<String>> nameServers,
      LongSupplier nanoClock,
      LongSupplier wallClock) {
    this.driver = driver;
    this.activeEndpoint = activeEndpoint;
    this.nameServers = nameServers;
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
    this.commands = new CommandMethods(driver, nameServers);
  }

  /** The service for an {@code RpcServer}. */
  public ServiceDefinition definition() {
    GeneralResponse general = GeneralResponse.getDefaultInstance();
    ServiceDefinition.Builder service =
        ServiceDefinition.builder(
            NameServerOuterClass.getDescriptor().findServiceByName("NameServer"));
    commands.all().forEach(method -> add(service, general, method));
    return service
        .unary(
            "RecoverData",
            RecoverDataRequest.getDefaultInstance(),
            onLoop(RecoverDataResponse.getDefaultInstance(), this::recoverData))
        .unary(
            "Plan",
            PlanRequest.getDefaultInstance(),
            onLoop(PlanResponse.getDefaultInstance(), this::plan))
        .unary(
            "UseDatabase",
            UseDatabaseRequest.getDefaultInstance(),
            onLoop(general, this::useDatabase))
        .unary(
            "ShowDatabase",
            GeneralRequest.getDefaultInstance(),
            onLoop(ShowDatabaseResponse.getDefaultInstance(), this::showDatabase))
        .unary(
            "ShowTable",
            ShowTableRequest.getDefaultInstance(),
            onLoop(ShowTableResponse.getDefaultInstance(), this::showTable))
        .unary(
            "ShowTablet",
            ShowTabletRequest.getDefaultInstance(),
            onLoop(ShowTabletResponse.getDefaultInstance(), this::showTablet))
        .unary(
            "ConfGet",
            ConfGetRequest.getDefaultInstance(),
            onLoop(ConfGetResponse.getDefaultInstance(), this::confGet))
        .unary(
            "GetTablePartition",
            GetTablePartitionRequest.getDefaultInstance(),
            onLoop(
                GetTablePartitionResponse.getDefaultInstance(),
                (request, call) ->
                    call.reply(PartitionFiles.answer(request, driver.state(), driver.tablets()))))
        .unary(
            "SetTablePartition",
            SetTablePartitionRequest.getDefaultInstance(),
            onLoop(
                general,
                (request, call) ->
                    answer(
                        PartitionFiles.compare(request, driver.state(), driver.tablets()), call)))
        .unary(
            "ShowSdkEndpoint",
            ShowSdkEndpointRequest.getDefaultInstance(),
            onLoop(
                ShowSdkEndpointResponse.getDefaultInstance(),
                (request, call) -> call.reply(ServerNames.sdkEndpoints(driver.state()))))
        .unary(
            "ShowNameServers",
            ShowNameServersRequest.getDefaultInstance(),
            onLoop(
                ShowNameServersResponse.getDefaultInstance(),
                (request, call) ->
                    call.reply(ServerNames.nameServers(nameServers.get(), activeEndpoint.get()))))
        .unary(
            "ShowFunction",
            ShowFunctionRequest.getDefaultInstance(),
            // There are no functions of users' own; clients ask when they connect.
            onLoop(
                ShowFunctionResponse.getDefaultInstance(),
                (request, call) ->
                    call.reply(
                        ShowFunctionResponse.newBuilder().setCode(0).setMsg(OK_TEXT).build())))
        .unary(
            "ShowProcedure",
            ShowProcedureRequest.getDefaultInstance(),
            // Nor are there deployments.
            onLoop(
                ShowProcedureResponse.getDefaultInstance(),
                (request, call) ->
                    call.reply(
                        ShowProcedureResponse.newBuilder().setCode(0).setMsg(OK_TEXT).build())))
        .unary(
            "ShowOPStatus",
            ShowOPStatusRequest.getDefaultInstance(),
            onLoop(ShowOPStatusResponse.getDefaultInstance(), this::showOpStatus))
        .build();
  }

  /**
   * @param answer the method's output, which has the fields {@code code}, {@code msg} and {@code
   *     leader}
   */
  private <Q> UnaryHandler<Q> onLoop(Message answer, Handler<Q> handler) {
    return (request, call) -> {
      boolean taken = driver.execute(() -> serve(request, call, answer, handler));
      if (!taken) {
        call.fail(RpcErrorCode.OVERLOADED, "the nameserver has too much to do; try again");
      }
    };
  }

  private <Q> void serve(Q request, RpcCall call, Message answer, Handler<Q> handler) {
    if (!driver.isReady()) {
      call.reply(notLeader(answer));
      return;
    }
    try {
      handler.handle(request, call);
    } catch (RuntimeException e) {
      // The caller must not wait for ever; the loop reports the fault.
      call.fail(RpcErrorCode.INTERNAL, "the nameserver failed: " + e);
      throw e;
    }
  }

  private Message notLeader(Message answer) {
    return withLeader(
        withCode(answer.toBuilder(), AdminResult.NOT_ACTIVE, "nameserver is not leader"));
  }

  private Message withLeader(Message.Builder answer) {
    String leader = activeEndpoint.get();
    if (!leader.isEmpty()) {
      answer.setField(field(answer, "leader"), leader);
    }
    return answer.build();
  }

  private static Message.Builder withCode(Message.Builder answer, int code, String text) {
    return answer.setField(field(answer, "code"), code).setField(field(answer, "msg"), text);
  }

  private static FieldDescriptor field(Message.Builder message, String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }

  // ---- commands

  private <Q extends Message> void add(
      ServiceDefinition.Builder service, Message general, CommandMethods.Method<Q> method) {
    Handler<Q> handler =
        (request, call) -> {
          try {
            submit(method.reading().read(request), call);
          } catch (RequestException e) {
            refuse(e, call);
          }
        };
    service.unary(method.name(), method.prototype(), onLoop(general, handler));
  }

  private void plan(PlanRequest request, RpcCall call) {
    PlanResponse.Builder answer = PlanResponse.newBuilder();
    try {
      CommandPreview preview =
          driver.preview(commands.read(request.getMethod(), request.getRequest()));
      answer
          .setCode(preview.result().code())
          .setMsg(preview.result().message())
          .addAllReasons(preview.result().reasons())
          .addAllPlan(preview.lines());
    } catch (RequestException e) {
      answer.setCode(e.code()).setMsg(e.getMessage());
    }
    call.reply(answer.build());
  }

  private void submit(AdminCommand command, RpcCall call) {
    driver.submit(command, result -> answer(result, call));
  }

  private void answer(AdminResult result, RpcCall call) {
    Message.Builder general =
        withCode(
            GeneralResponse.newBuilder().addAllOpIds(result.ops()).addAllReasons(result.reasons()),
            result.code(),
            result.message());
    call.reply(result.code() == AdminResult.NOT_ACTIVE ? withLeader(general) : general.build());
  }

  private void refuse(RequestException reason, RpcCall call) {
    answer(new AdminResult(reason.code(), reason.getMessage()), call);
  }

  private void recoverData(RecoverDataRequest request, RpcCall call) {
    if (request.getAcceptLoss() && request.getClear()) {
      call.reply(recovery(AdminResult.INVALID_PARAMETER, "accept_loss or clear, not both", null));
    } else if (request.getAcceptLoss() || request.getClear()) {
      if (request.getName().isEmpty() || !request.hasPid()) {
        call.reply(
            recovery(AdminResult.INVALID_PARAMETER, "name one partition of one table", null));
        return;
      }
      AdminCommand command =
          request.getClear()
              ? new AdminCommand.ClearLoss(request.getDb(), request.getName(), request.getPid())
              : new AdminCommand.AcceptLoss(
                  request.getDb(),
                  request.getName(),
                  request.getPid(),
                  request.getReason(),
                  request.getBypassedAreStopped(),
                  wallClock.getAsLong());
      driver.submit(
          command,
          result -> {
            Message.Builder answer = recovery(result.code(), result.message(), request).toBuilder();
            call.reply(
                result.code() == AdminResult.NOT_ACTIVE ? withLeader(answer) : answer.build());
          });
    } else {
      RecoverDataResponse answer = recovery(0, OK_TEXT, request);
      // Nothing to recover would be good news; of a table that is not there it is none.
      boolean nothing = !request.getName().isEmpty() && answer.getPartitionsCount() == 0;
      if (!nothing) {
        call.reply(answer);
      } else if (request.hasPid()) {
        call.reply(
            recovery(AdminResult.PARTITION_NOT_FOUND, "no table of that name has that pid", null));
      } else {
        call.reply(recovery(AdminResult.TABLE_DOES_NOT_EXIST, "table does not exist", null));
      }
    }
  }

  /** An answer with the partitions that were asked about, as far as this nameserver knows them. */
  private RecoverDataResponse recovery(int code, String text, RecoverDataRequest request) {
    RecoverDataResponse.Builder answer =
        RecoverDataResponse.newBuilder().setCode(code).setMsg(text);
    if (request == null || !driver.isReady()) {
      return answer.build();
    }
    for (TableSpec table : driver.state().tables()) {
      boolean db = request.getDb().isEmpty() || table.db().equals(request.getDb());
      if (db && (request.getName().isEmpty() || table.name().equals(request.getName()))) {
        for (int pid = 0; pid < table.partitions(); pid++) {
          if (!request.hasPid() || request.getPid() == pid) {
            PartitionId id = new PartitionId(table.tid(), pid);
            answer.addPartitions(Recoveries.described(table, id, driver.recovery(id)));
          }
        }
      }
    }
    return answer.build();
  }

  // ---- questions

  private void useDatabase(UseDatabaseRequest request, RpcCall call) {
    boolean there = driver.state().databases().contains(request.getDb());
    answer(
        there
            ? AdminResult.OK
            : new AdminResult(AdminResult.DATABASE_NOT_FOUND, "database not found"),
        call);
  }

  private void showDatabase(GeneralRequest request, RpcCall call) {
    call.reply(
        ShowDatabaseResponse.newBuilder()
            .setCode(0)
            .setMsg(OK_TEXT)
            .addAllDb(
                driver.state().databases().stream()
                    .filter(db -> !SystemTables.isHidden(db))
                    .toList())
            .build());
  }

  private void showTable(ShowTableRequest request, RpcCall call) {
    ShowTableResponse.Builder answer = ShowTableResponse.newBuilder().setCode(0).setMsg(OK_TEXT);
    ClusterState state = driver.state();
    for (TableSpec table : state.tables()) {
      if (isWanted(table, request)) {
        answer.addTableInfo(
            TableInfos.described(table, state, driver.tablets(), driver::condition));
      }
    }
    call.reply(answer.build());
  }

  /**
   * Without a database every table is meant, since there is none outside of databases; except those
   * that are hidden from users, as long as they are not asked for.
   */
  private static boolean isWanted(TableSpec table, ShowTableRequest request) {
    boolean anyUsers = request.getDb().isEmpty() && !SystemTables.isHidden(table.db());
    boolean anyDb = request.getShowAll() || anyUsers;
    return (anyDb || table.db().equals(request.getDb()))
        && (request.getName().isEmpty() || table.name().equals(request.getName()));
  }

  private void showTablet(ShowTabletRequest request, RpcCall call) {
    ShowTabletResponse.Builder answer = ShowTabletResponse.newBuilder().setCode(0).setMsg(OK_TEXT);
    long now = nanoClock.getAsLong();
    for (TabletHealth tablet : driver.tablets().all()) {
      answer.addTablets(TabletStatuses.of(tablet, driver.state(), now, wallClock.getAsLong()));
    }
    call.reply(answer.build());
  }

  private void showOpStatus(ShowOPStatusRequest request, RpcCall call) {
    ShowOPStatusResponse.Builder answer =
        ShowOPStatusResponse.newBuilder().setCode(0).setMsg(OK_TEXT);
    for (OpRecord op : driver.state().ops().all()) {
      if (isWanted(op.goal(), request)) {
        answer.addOpStatus(OpInfos.described(driver.op(op)));
      }
    }
    call.reply(answer.build());
  }

  private static boolean isWanted(OpGoal goal, ShowOPStatusRequest request) {
    boolean samePid =
        !request.hasPid()
            || (goal.partition() != null && goal.partition().pid() == request.getPid());
    return (request.getDb().isEmpty() || goal.db().equals(request.getDb()))
        && (request.getName().isEmpty() || goal.table().equals(request.getName()))
        && samePid;
  }

  private void confGet(ConfGetRequest request, RpcCall call) {
    ConfGetResponse.Builder answer = ConfGetResponse.newBuilder().setCode(0).setMsg(OK_TEXT);
    ClusterState state = driver.state();
    state.settings().forEach((key, value) -> answer.addConf(pair(key, value)));
    state.defaultSettings().forEach((key, value) -> answer.addDefaultConf(pair(key, value)));
    call.reply(answer.build());
  }

  private static Pair pair(String key, String value) {
    return Pair.newBuilder().setKey(key).setValue(value).build();
  }
}
