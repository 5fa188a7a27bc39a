package io.holdfast.it.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.holdfast.nameserver.api.ApiRoute;
import io.holdfast.nameserver.api.ApiRoutes;
import io.holdfast.shell.CommandHelp;
import io.holdfast.shell.NsCommands;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the nameserver answers below {@code /api/v1}, and that its document says just that. */
@Timeout(120)
class ApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILED =
      Path.of(System.getProperty("conf.dir")).resolveSibling("docs/operations/openapi.json");

  /** Rows are not the nameserver's: tablets serve them, as JSON at {@code /TabletServer}, too. */
  private static final Set<String> ASKED_OF_TABLETS =
      Set.of("put", "get", "scan", "count", "delete", "preview", "checksum");

  /** Examples for whose success two tablets or no operation are too few, with their refusals. */
  private static final Map<String, Integer> REFUSED_HERE =
      Map.of(
          "/commands/migrate", 320,
          "/plans/migrate", 320,
          "/commands/drain", 305,
          "/plans/drain", 305,
          "/commands/cancelop", 136,
          "/plans/cancelop", 136,
          "/commands/retryop", 136,
          "/plans/retryop", 136);

  /** What compares a file, and what needs no server at all. */
  private static final Set<String> OF_THE_SHELL = Set.of("settablepartition");

  @TempDir static Path directory;
  private static InProcessCluster cluster;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = new InProcessCluster(directory);
    InProcessCluster.await(
        "two tablets", () -> ask("GET", "/tablets", null).body().split("kHealthy", -1).length == 3);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static HttpResponse<String> ask(String method, String path, String body)
      throws IOException, InterruptedException {
    return ask(cluster.active(), method, path, body);
  }

  private static HttpResponse<String> ask(String server, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + server + "/api/v1" + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private static JsonNode document() throws IOException, InterruptedException {
    HttpResponse<String> answer = ask("GET", "/openapi.json", null);
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** The page in docs/ is the document that is served. Rewritten with -Ddocs.rewrite=true. */
  @Test
  void theDocumentIsFiled() throws Exception {
    String served =
        JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document())
            + "\n";
    if (Boolean.getBoolean("docs.rewrite")) {
      Files.writeString(FILED, served);
    }
    assertThat(Files.readString(FILED)).isEqualTo(served);
  }

  @Test
  void everyRouteIsDocumentedAndNothingElse() throws Exception {
    Set<String> documented = new TreeSet<>();
    document()
        .get("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    Set<String> routed = new TreeSet<>();
    ApiRoutes.all().forEach(route -> routed.add(route.method() + " " + route.path()));
    assertThat(documented).isEqualTo(routed);
  }

  /** Each example of the document, one after the other, works and is answered as documented. */
  @Test
  void everyExampleWorks() throws Exception {
    JsonNode document = document();
    JsonSchema schemas = new JsonSchema(document);
    for (ApiRoute route : ApiRoutes.all()) {
      JsonNode operation =
          document.get("paths").get(route.path()).get(route.method().toLowerCase(Locale.ROOT));
      String path = here(address(route.path(), operation));
      JsonNode example = operation.at("/requestBody/content/application~1json/example");
      HttpResponse<String> answer =
          ask(route.method(), path, example.isMissingNode() ? null : here(example.toString()));
      String what = route.method() + " " + path + ": " + answer.body();
      Integer refusal = REFUSED_HERE.get(route.path());
      if (refusal != null) {
        assertThat(JSON.readTree(answer.body()).get("code").asInt()).as(what).isEqualTo(refusal);
        continue;
      }
      assertThat(answer.statusCode()).as(what).isEqualTo(route.success());
      JsonNode schema =
          operation.at("/responses/" + route.success() + "/content/application~1json/schema");
      assertThat(schemas.problems(JSON.readTree(answer.body()), schema)).as(what).isEmpty();
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }
  }

  /** The path with the examples of its parameters. */
  private static String address(String path, JsonNode operation) {
    String address = path;
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.get("name").asText();
      String example = parameter.get("example").asText();
      if (parameter.get("in").asText().equals("path")) {
        address = address.replace("{" + name + "}", example);
      } else {
        query.append(query.length() == 0 ? "?" : "&").append(name).append('=').append(example);
      }
    }
    return address + query;
  }

  /** With this cluster's tablets in the place of the document's. */
  private static String here(String text) {
    return text.replace("10.0.0.1:9527", cluster.tablets().get(0))
        .replace("10.0.0.2:9527", cluster.tablets().get(1));
  }

  /** What the shell can do can be done over HTTP. */
  @Test
  void everyCommandIsThere() {
    Set<String> asked = new TreeSet<>(ASKED_OF_TABLETS);
    asked.addAll(OF_THE_SHELL);
    ApiRoutes.all().forEach(route -> asked.addAll(route.commands()));
    Set<String> commands = new TreeSet<>();
    for (CommandHelp help : NsCommands.all().helps()) {
      if (!help.summary().startsWith("not supported")) {
        commands.add(help.name());
      }
    }
    assertThat(asked).isEqualTo(commands);
  }

  /** What the shell tells beforehand is told over HTTP, too. */
  @Test
  void everyDryRunIsThere() {
    // Two other words for changeleader, and one whose plan is GET /recovery.
    Set<String> elsewhere = Set.of("switchover", "failover", "recoverdata");
    Set<String> planned = new TreeSet<>();
    for (CommandHelp help : NsCommands.all().helps()) {
      if (help.toString().contains("--dry-run") && !elsewhere.contains(help.name())) {
        planned.add("/plans/" + help.name());
      }
    }
    Set<String> routed = new TreeSet<>();
    ApiRoutes.all().stream()
        .map(ApiRoute::path)
        .filter(path -> path.startsWith("/plans/"))
        .forEach(routed::add);
    assertThat(routed).isEqualTo(planned);
  }

  /** Each refusal has a status, OpenMLDB's code, a message and what to do next. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /nothing                          |                        | 404 | 404 | nothing at /api/v1/nothing
          GET    | /databases/                       |                        | 404 | 404 | nothing at /api/v1/databases/
          PATCH  | /databases                        |                        | 405 | 405 | PATCH is not for /api/v1/databases; it takes [GET, POST]
          POST   | /databases                        | {"db":                 | 400 | 307 | cannot read the body as CreateDatabaseRequest
          POST   | /databases                        | {"name":"x"}           | 400 | 307 | unknown field /name of CreateDatabaseRequest
          POST   | /databases                        | {"db":"a b"}           | 400 | 307 | a database name must have no spaces
          GET    | /databases/nowhere/tables         |                        | 404 | 802 | database not found
          DELETE | /databases/nowhere                |                        | 404 | 802 | database not found
          DELETE | /databases/nowhere                | {}                     | 400 | 307 | DELETE /databases/{db} takes no body
          GET    | /databases/nowhere/tables/t       |                        | 404 | 100 | table does not exist
          DELETE | /databases/nowhere/tables/t%20x   |                        | 404 | 100 | table does not exist
          POST   | /databases/nowhere/tables         | {"name":"t"}           | 400 | 307 |
          POST   | /databases/a/tables               | {"name":"t","db":"b"}  | 400 | 307 | the body says another db than the path
          GET    | /databases/a/tables/t/partitions/x |                       | 400 | 307 | pid is x; it must be an unsigned number
          GET    | /databases/a/tables/t/partitions/0 |                       | 404 | 100 | table does not exist
          GET    | /config/nothing                   |                        | 404 | 404 | there is no such thing
          PUT    | /config/auto_failover             | {"value":"maybe"}      | 400 | 307 | invalid parameter
          GET    | /tablets?verbose=1                |                        | 400 | 307 | unknown parameter verbose
          GET    | /recovery?pid=-1                  |                        | 400 | 307 | pid is -1
          POST   | /commands/offlineendpoint         | {"endpoint":"x"}       | 400 | 307 | not an endpoint
          POST   | /commands/offlineendpoint         | {"endpoint":"x:1"}     | 404 | 302 |
          """)
  void refusals(String method, String path, String body, int status, int code, String message)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = JSON.readTree(answer.body());
    assertThat(error.get("code").asInt()).isEqualTo(code);
    assertThat(error.get("message").asText()).contains(message == null ? "" : message);
    assertThat(error.get("hint").isTextual()).isTrue();
  }

  /** Why each candidate is unfit is a list, for those who do not read sentences. */
  @Test
  void reasonsAreAList() throws Exception {
    assertThat(ask("POST", "/databases", "{\"db\":\"reasons\"}").statusCode()).isEqualTo(201);
    String table =
        "{\"name\":\"one\",\"partition_num\":1,\"replica_num\":1,"
            + "\"column_desc\":[{\"name\":\"c\",\"data_type\":\"kString\"}],"
            + "\"column_key\":[{\"index_name\":\"c\",\"col_name\":[\"c\"]}]}";
    assertThat(ask("POST", "/databases/reasons/tables", table).statusCode()).isEqualTo(201);
    String wanted = "{\"db\":\"reasons\",\"name\":\"one\",\"pid\":0,\"candidate_leader\":\"auto\"}";
    JsonSchema schemas = new JsonSchema(document());
    JsonNode schema = JSON.readTree("{\"$ref\":\"#/components/schemas/Error\"}");
    for (String path : new String[] {"/commands/changeleader", "/plans/changeleader"}) {
      HttpResponse<String> answer = ask("POST", path, wanted);
      JsonNode error = JSON.readTree(answer.body());
      assertThat(error.get("code").asInt()).as(answer.body()).isEqualTo(134);
      assertThat(error.get("reasons")).hasSize(1);
      assertThat(error.get("reasons").get(0).asText())
          .isEqualTo("there is no other replica (addreplica)");
      assertThat(schemas.problems(error, schema)).isEmpty();
    }
    assertThat(ask("DELETE", "/databases/reasons/tables/one", null).statusCode()).isEqualTo(200);
    assertThat(ask("DELETE", "/databases/reasons", null).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyIsBounded() throws Exception {
    String large = "{\"db\":\"" + "x".repeat(2 << 20) + "\"}";
    HttpResponse<String> answer = ask("POST", "/databases", large);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("a body may have at most 1048576 bytes");
  }

  /** A standby answers with the address of the active one, and clients that follow get there. */
  @Test
  void aStandbyNamesTheActiveOne() throws Exception {
    HttpResponse<String> answer = ask(cluster.standby(), "GET", "/recovery?db=x", null);
    assertThat(answer.statusCode()).isEqualTo(307);
    assertThat(answer.headers().firstValue("Location"))
        .contains("http://" + cluster.active() + "/api/v1/recovery?db=x");
    assertThat(JSON.readTree(answer.body()).get("code").asInt()).isEqualTo(300);
    HttpClient following =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + cluster.standby() + "/api/v1/databases"))
            .POST(BodyPublishers.ofString("{\"db\":\"by_standby\"}"))
            .build();
    assertThat(following.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
    assertThat(ask("DELETE", "/databases/by_standby", null).statusCode()).isEqualTo(200);
    assertThat(document(cluster.standby())).isEqualTo(document());
  }

  private static JsonNode document(String server) throws IOException, InterruptedException {
    return JSON.readTree(ask(server, "GET", "/openapi.json", null).body());
  }
}
