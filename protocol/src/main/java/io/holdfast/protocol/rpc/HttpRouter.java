package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes HTTP requests to pages and services, and gives the answers to one place. */
final class HttpRouter {
  private static final Logger LOG = LoggerFactory.getLogger(HttpRouter.class);

  private final ServerConnection connection;
  private final BiConsumer<HttpExchange, HttpAnswer> answers;

  /**
   * @param answers gets the answer to each exchange, on the event loop
   */
  HttpRouter(ServerConnection connection, BiConsumer<HttpExchange, HttpAnswer> answers) {
    this.connection = connection;
    this.answers = answers;
  }

  void serve(HttpExchange exchange) {
    ServerContext server = connection.server();
    boolean get = exchange.method().equals("GET");
    if (exchange.refusal() != null) {
      answers.accept(exchange, exchange.refusal());
    } else if (server.isClosing()) {
      refuse(exchange, 503, "the server is shutting down");
    } else if (server.isOverloaded()) {
      refuse(exchange, 503, "the server holds too many bytes of unfinished requests");
    } else if (server.registry.api(exchange.path()) != null) {
      serveApi(exchange, server.registry.api(exchange.path()));
    } else if (!get && !exchange.method().equals("POST")) {
      refuse(exchange, 405, exchange.method() + " is not served; use GET or POST");
    } else {
      HttpGetHandler page = get ? server.registry.page(exchange.path()) : null;
      if (page != null) {
        servePage(exchange, page);
      } else {
        serveMethod(exchange);
      }
    }
  }

  private void servePage(HttpExchange exchange, HttpGetHandler page) {
    HttpAnswer answer;
    try {
      answer = page.get(exchange.query());
    } catch (Throwable e) { // even an Error must not take the I/O thread down
      LOG.warn("the page {} failed", exchange.path(), e);
      answer = HttpAnswer.text(500, "the page failed: " + e);
    }
    answers.accept(exchange, answer);
  }

  private void serveApi(HttpExchange exchange, HttpApi api) {
    AtomicBoolean answered = new AtomicBoolean();
    Consumer<Supplier<HttpAnswer>> once =
        answer -> {
          if (answered.compareAndSet(false, true)) {
            connection.run(() -> answers.accept(exchange, made(exchange, answer)));
          } else {
            LOG.warn("{} was answered again; ignored", exchange.path());
          }
        };
    try {
      api.serve(
          new HttpApi.Request(
              exchange.method(), exchange.path(), exchange.query(), exchange.body()),
          once);
    } catch (Throwable e) { // even an Error must not take the I/O thread down
      LOG.warn("{} failed", exchange.path(), e);
      once.accept(() -> HttpAnswer.text(500, "the request failed: " + e));
    }
  }

  private static HttpAnswer made(HttpExchange exchange, Supplier<HttpAnswer> answer) {
    try {
      return answer.get();
    } catch (Throwable e) { // as above
      LOG.warn("the answer to {} cannot be made", exchange.path(), e);
      return HttpAnswer.text(500, "the answer cannot be made: " + e);
    }
  }

  private void serveMethod(HttpExchange exchange) {
    ServiceDefinition.Method method = find(exchange.path());
    if (method == null) {
      refuse(exchange, 404, connection.server().registry.unknownPath(exchange.path()));
      return;
    }
    Message request;
    try {
      request = ProtoJson.read(exchange.body(), method.prototype());
    } catch (IOException e) {
      String name = method.descriptor().getInputType().getFullName();
      refuse(exchange, 400, "cannot read the body as " + name + ": " + e.getMessage());
      return;
    }
    if (method.unary() == null) {
      Dispatch.tell(method, request, connection);
      answers.accept(exchange, new HttpAnswer(202, "application/json", new byte[] {'{', '}'}));
    } else {
      Dispatch.ask(method, request, new HttpCall(exchange));
    }
  }

  private ServiceDefinition.Method find(String path) {
    int slash = path.indexOf('/', 1);
    if (!path.startsWith("/") || slash < 0) {
      return null;
    }
    ServiceDefinition service = connection.server().registry.service(path.substring(1, slash));
    return service == null ? null : service.method(path.substring(slash + 1));
  }

  private void refuse(HttpExchange exchange, int status, String text) {
    LOG.debug("answering {} to {}: {}", status, connection, text);
    answers.accept(exchange, HttpAnswer.text(status, text));
  }

  /** A call that came over HTTP. */
  private final class HttpCall extends OnceCall {
    private final HttpExchange exchange;
    private volatile Map<String, String> headers = Map.of();

    HttpCall(HttpExchange exchange) {
      super(HttpRouter.this.connection);
      this.exchange = exchange;
    }

    @Override
    public ByteBuffer attachment() {
      return ByteBuffer.allocate(0).asReadOnlyBuffer();
    }

    @Override
    public void header(String name, Supplier<String> value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value.get());
      headers = more;
    }

    @Override
    void writeReply(Message response, ByteBuffer attachment) {
      byte[] body;
      try {
        body = ProtoJson.write(response);
      } catch (IOException e) {
        LOG.warn("an answer cannot be written as JSON", e);
        writeFailure(RpcErrorCode.BAD_RESPONSE, "the answer cannot be written as JSON");
        return;
      }
      answers.accept(exchange, HttpAnswer.json(body, headers));
    }

    @Override
    void writeFailure(int code, String text) {
      answers.accept(exchange, HttpAnswer.text(500, "[" + code + "] " + text));
    }
  }
}
