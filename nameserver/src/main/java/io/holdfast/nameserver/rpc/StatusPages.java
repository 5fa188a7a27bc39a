package io.holdfast.nameserver.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.nameserver.driver.ServerStatus;
import io.holdfast.protocol.rpc.HttpAnswer;
import io.holdfast.protocol.rpc.RpcServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What whoever watches over the process asks: does it live, and does it do its work? */
public final class StatusPages {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<ServerStatus> status;

  public StatusPages(Supplier<ServerStatus> status) {
    this.status = status;
  }

  /** Adds the pages to a server. */
  public RpcServer.Builder addTo(RpcServer.Builder server) {
    return server
        .httpGet("/liveness", query -> HttpAnswer.text(OK, "ok\n"))
        .httpGet("/readiness", query -> readiness());
  }

  private HttpAnswer readiness() {
    ServerStatus now = status.get();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("role", now.role());
    fields.put("epoch", now.epoch());
    fields.put("ready", now.ready());
    fields.put("reason", now.reason());
    fields.put("leader", now.leader());
    try {
      return new HttpAnswer(
          now.ready() ? OK : UNAVAILABLE,
          "application/json",
          (JSON.writeValueAsString(fields) + "\n").getBytes(UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values cannot fail", e);
    }
  }
}
