package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stops a tablet from starting, in words that say what to do; and its two health pages. */
class TabletStartTest {
  @TempDir Path directory;

  private Tablet start(String endpoint, String data, String cluster) throws IOException {
    return Tablet.start(
        TestCluster.config(endpoint, directory.resolve(data)),
        cluster,
        List::of,
        () -> true,
        new TestTables());
  }

  @Test
  void aDirectoryOfAnotherClusterIsRefused() throws Exception {
    start(Ports.freeEndpoint(), "a", "cluster-1").close();
    assertThatThrownBy(() -> start(Ports.freeEndpoint(), "a", "cluster-2"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("belongs to cluster cluster-1, not to cluster-2");
    // And nothing of it was kept or changed: its own cluster still has it.
    start(Ports.freeEndpoint(), "a", "cluster-1").close();
  }

  @Test
  void aDirectoryThatIsInUseIsRefused() throws Exception {
    try (Tablet running = start(Ports.freeEndpoint(), "a", "cluster")) {
      assertThat(running.incarnation()).isPositive();
      assertThatThrownBy(() -> start(Ports.freeEndpoint(), "a", "cluster"))
          .hasMessageContaining("is in use by another tablet");
    }
  }

  @Test
  void aPortThatIsInUseIsRefusedAndTheDirectoryIsLetGo() throws Exception {
    String endpoint = Ports.freeEndpoint();
    try (Tablet running = start(endpoint, "a", "cluster")) {
      assertThat(running.partitions().all()).hasSize(2);
      assertThatThrownBy(() -> start(endpoint, "b", "cluster"))
          .hasMessageContaining("cannot listen on " + endpoint);
    }
    start(endpoint, "b", "cluster").close();
  }

  @Test
  void everyStartIsAnotherLife() throws Exception {
    long first;
    try (Tablet tablet = start(Ports.freeEndpoint(), "a", "cluster")) {
      first = tablet.incarnation();
    }
    try (Tablet tablet = start(Ports.freeEndpoint(), "a", "cluster")) {
      assertThat(tablet.incarnation()).isNotEqualTo(first);
    }
  }

  @Test
  void livenessIsThePortAndReadinessTheRegistration() throws Exception {
    String endpoint = Ports.freeEndpoint();
    AtomicBoolean registered = new AtomicBoolean();
    try (Tablet tablet =
        Tablet.start(
            TestCluster.config(endpoint, directory.resolve("a")),
            "cluster",
            List::of,
            registered::get,
            new TestTables())) {
      assertThat(tablet).isNotNull();
      assertThat(statusOf(endpoint, "/liveness")).isEqualTo(200);
      assertThat(statusOf(endpoint, "/readiness")).isEqualTo(503);
      registered.set(true);
      assertThat(statusOf(endpoint, "/readiness")).isEqualTo(200);
    }
  }

  private static int statusOf(String endpoint, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + endpoint + path)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
