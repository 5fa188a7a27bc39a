package io.holdfast.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.retry.PartitionSessions.Ticket;
import io.holdfast.protocol.model.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionSessionsTest {
  private final List<SessionId> drawn = new ArrayList<>();
  private final PartitionSessions sessions = new PartitionSessions(this::draw);

  private SessionId draw() {
    drawn.add(new SessionId(7, drawn.size() + 1));
    return drawn.get(drawn.size() - 1);
  }

  /** Shows that one write that hangs does not let its session run away from it. */
  @Test
  void oldestWriteHoldsTheWindow() {
    Ticket hanging = sessions.begin(0);
    for (int i = 2; i <= PartitionSessions.WINDOW; i++) {
      Ticket next = sessions.begin(0);
      assertThat(next.id().seq()).isEqualTo(i);
      sessions.end(next, 0);
    }
    Ticket beyond = sessions.begin(0);
    assertThat(beyond.id().session()).isNotEqualTo(hanging.id().session());
    assertThat(beyond.id().seq()).isEqualTo(1);

    sessions.end(hanging, 0);
    assertThat(sessions.begin(0).id().seq()).isEqualTo(PartitionSessions.WINDOW + 1);
  }

  /** Shows that there is an end to the sessions that a client uses at a time. */
  @Test
  void tooManyWritesAreNotNamed() {
    int most = PartitionSessions.MAX_SESSIONS * PartitionSessions.WINDOW;
    Ticket last = null;
    for (int i = 0; i < most; i++) {
      last = sessions.begin(0);
      assertThat(last).isNotNull();
    }
    assertThat(sessions.begin(0)).isNull();
    sessions.forgotten(last, 5);
    assertThat(sessions.begin(0).id().begunAfter()).isEqualTo(5);
  }

  /** Shows that a session is given up long before tablets forget it, unless it is in use. */
  @Test
  void idleSessionIsRenewed() {
    Ticket first = sessions.begin(0);
    long later = 10 * PartitionSessions.RENEW_AFTER_MILLIS;
    assertThat(sessions.isIdle(later)).isFalse();
    assertThat(sessions.begin(later).id().session()).isEqualTo(first.id().session());
    sessions.end(first, later);
    Ticket second = sessions.begin(later + 1);
    sessions.end(second, later + 1);
    assertThat(second.id().seq()).isEqualTo(3);

    PartitionSessions other = new PartitionSessions(this::draw);
    Ticket only = other.begin(0);
    other.end(only, 10);
    assertThat(other.begin(10 + PartitionSessions.RENEW_AFTER_MILLIS).id().seq()).isEqualTo(2);
    other.end(only, 10);
    PartitionSessions idle = new PartitionSessions(this::draw);
    idle.end(idle.begin(0), 10);
    assertThat(idle.isIdle(11 + PartitionSessions.RENEW_AFTER_MILLIS)).isTrue();
    Ticket renewed = idle.begin(11 + PartitionSessions.RENEW_AFTER_MILLIS);
    assertThat(renewed.id().seq()).isEqualTo(1);
  }

  /** Shows that no name is given twice and no write falls out of its session's window. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void namesAreUniqueAndStayInTheWindow(long seed) {
    Random random = new Random(seed);
    List<Ticket> underWay = new ArrayList<>();
    Set<String> given = new HashSet<>();
    Map<SessionId, Long> highest = new HashMap<>();
    long now = 0;
    for (int i = 0; i < 20_000; i++) {
      now += random.nextInt(100) == 0 ? PartitionSessions.RENEW_AFTER_MILLIS / 3 : 1;
      int choice = random.nextInt(100);
      if (choice < 50) {
        Ticket ticket = sessions.begin(now);
        assertThat(given.add(ticket.id().toString())).isTrue();
        highest.merge(ticket.id().session(), ticket.id().seq(), Math::max);
        underWay.add(ticket);
      } else if (!underWay.isEmpty()) {
        Ticket ended = underWay.remove(random.nextInt(underWay.size()));
        sessions.end(ended, now);
        if (choice == 99) {
          sessions.forgotten(ended, i);
        }
      }
      for (Ticket ticket : underWay) {
        assertThat(highest.get(ticket.id().session()) - ticket.id().seq())
            .isLessThan(PartitionSessions.WINDOW);
      }
    }
  }
}
