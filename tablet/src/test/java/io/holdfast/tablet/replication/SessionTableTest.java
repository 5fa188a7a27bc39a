package io.holdfast.tablet.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTableTest {
  private static final long HOUR = 3_600_000;

  private final SessionTable table = new SessionTable(new SessionLimits(3, HOUR));

  private static SessionId session(long number) {
    return new SessionId(number * 31, number);
  }

  private static WriteId id(long session, long seq) {
    return new WriteId(session(session), seq, 0);
  }

  private static WriteId begunAfter(long session, long seq, long offset) {
    return new WriteId(session(session), seq, offset);
  }

  @Test
  void anAppliedWriteIsAnsweredAsItWas() {
    assertThat(table.find(id(1, 1))).isEqualTo(WriteAnswer.NONE);
    table.applied(session(1), 1, 10, 2, 0);
    table.applied(session(1), 3, 12, 1, 0);

    long answer = table.find(id(1, 1));
    assertThat(WriteAnswer.offset(answer)).isEqualTo(10);
    assertThat(WriteAnswer.result(answer)).isEqualTo(2);
    assertThat(table.find(id(1, 2))).isEqualTo(WriteAnswer.NONE);
    assertThat(table.find(id(2, 1))).isEqualTo(WriteAnswer.NONE);
  }

  @Test
  void onlyTheWindowIsRemembered() {
    for (int seq = 1; seq <= 65; seq++) {
      table.applied(session(1), seq, seq, 1, 0);
    }
    assertThat(table.find(id(1, 1))).isEqualTo(WriteAnswer.TOO_OLD);
    assertThat(WriteAnswer.offset(table.find(id(1, 2)))).isEqualTo(2);
    table.applied(session(1), 200, 66, 1, 0);
    assertThat(table.find(id(1, 136))).isEqualTo(WriteAnswer.TOO_OLD);
    assertThat(table.find(id(1, 137))).isEqualTo(WriteAnswer.NONE);
  }

  /** Whoever may have been forgotten is not taken for new, and whoever cannot have been, is. */
  @Test
  void aSessionBeyondTheCapIsForgottenAndNotTakenForNew() {
    for (int i = 1; i <= 3; i++) {
      table.applied(session(i), 1, i, 1, 0);
    }
    table.applied(session(1), 2, 4, 1, 0);
    table.applied(session(4), 1, 5, 1, 0);

    // Session 2 wrote least recently, at offset 2.
    assertThat(table.size()).isEqualTo(3);
    assertThat(table.forgottenUpTo()).isEqualTo(2);
    assertThat(table.find(id(2, 1))).isEqualTo(WriteAnswer.FORGOTTEN);
    assertThat(table.find(begunAfter(9, 1, 1))).isEqualTo(WriteAnswer.FORGOTTEN);
    assertThat(table.find(begunAfter(9, 1, 2))).isEqualTo(WriteAnswer.NONE);
    assertThat(WriteAnswer.offset(table.find(id(1, 2)))).isEqualTo(4);
  }

  /**
   * A write that was under way when its session was forgotten makes the session known again, but
   * not what it had done before.
   */
  @Test
  void aSessionThatComesBackIsNotWhole() {
    table.applied(session(1), 1, 1, 1, 0);
    for (int i = 2; i <= 4; i++) {
      table.applied(session(i), 1, i, 1, 0);
    }
    table.applied(session(1), 2, 5, 1, 0);

    assertThat(WriteAnswer.offset(table.find(id(1, 2)))).isEqualTo(5);
    assertThat(table.find(id(1, 1))).isEqualTo(WriteAnswer.FORGOTTEN);
    assertThat(table.find(id(1, 3))).isEqualTo(WriteAnswer.FORGOTTEN);
  }

  @Test
  void theTimeInTheLogEndsIdleSessions() {
    table.applied(session(1), 1, 1, 1, 1_000);
    table.applied(session(2), 1, 2, 1, 2_000);
    table.passTo(1_000 + HOUR);
    assertThat(table.size()).isEqualTo(2);
    table.passTo(1_001 + HOUR);
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.find(id(1, 1))).isEqualTo(WriteAnswer.FORGOTTEN);
    // A clock that is behind changes nothing.
    table.passTo(5);
    assertThat(table.logTimeMillis()).isEqualTo(1_001 + HOUR);
    // The session that brings the new time is not idle.
    table.applied(session(2), 2, 3, 1, 10 * HOUR);
    assertThat(table.size()).isEqualTo(1);
    assertThat(WriteAnswer.offset(table.find(id(2, 1)))).isEqualTo(2);
  }

  /** Agrees, over random histories, with a table that keeps everything and looks at all of it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void agreesWithAnObviousTable(long seed) {
    Random random = new Random(seed);
    int cap = 1 + random.nextInt(12);
    SessionLimits limits = new SessionLimits(cap, 1_000);
    SessionTable tested = new SessionTable(limits);
    ObviousTable obvious = new ObviousTable(limits);
    long[] next = new long[30];
    long millis = 0;
    for (long offset = 1; offset <= 5_000; offset++) {
      millis += random.nextInt(random.nextInt(40) == 0 ? 1_500 : 20);
      int session = random.nextInt(next.length);
      long seq = Math.max(1, (next[session] += random.nextInt(3)) - random.nextInt(70));
      WriteId id = begunAfter(session + 1, seq, Math.max(0, offset - random.nextInt(200)));
      long answer = obvious.find(id);
      assertThat(tested.find(id)).as("seed %s offset %s", seed, offset).isEqualTo(answer);
      if (answer == WriteAnswer.NONE) {
        int result = random.nextInt(WriteAnswer.MAX_RESULT + 1);
        tested.applied(id.session(), seq, offset, result, millis);
        obvious.applied(id, offset, result, millis);
      } else {
        tested.passTo(millis);
        obvious.passTo(millis);
      }
      assertThat(tested.size()).isEqualTo(obvious.sessions.size()).isLessThanOrEqualTo(cap);
      if (random.nextInt(50) == 0) {
        byte[] bytes = tested.encode();
        tested = new SessionTable(limits);
        tested.restore(bytes);
        assertThat(tested.encode()).isEqualTo(bytes);
      }
    }
  }

  private static final class ObviousTable {
    static final class Session {
      final Map<Long, Long> answers = new HashMap<>();
      long completeFrom;
      long lastOffset;
      long lastMillis;
      long maxSeq;
    }

    final Map<SessionId, Session> sessions = new HashMap<>();
    final SessionLimits limits;
    long forgotten;
    long time;

    ObviousTable(SessionLimits limits) {
      this.limits = limits;
    }

    long find(WriteId id) {
      Session session = sessions.get(id.session());
      if (session != null && id.seq() + 64 <= session.maxSeq) {
        return WriteAnswer.TOO_OLD;
      }
      if (session != null && session.answers.containsKey(id.seq())) {
        return session.answers.get(id.seq());
      }
      long from = session == null ? forgotten : session.completeFrom;
      return id.begunAfter() < from ? WriteAnswer.FORGOTTEN : WriteAnswer.NONE;
    }

    void applied(WriteId id, long offset, int result, long millis) {
      if (!sessions.containsKey(id.session()) && sessions.size() == limits.maxSessions()) {
        forget(
            sessions.entrySet().stream()
                .min((a, b) -> Long.compare(a.getValue().lastOffset, b.getValue().lastOffset))
                .orElseThrow()
                .getKey());
      }
      Session session =
          sessions.computeIfAbsent(
              id.session(),
              key -> {
                Session fresh = new Session();
                fresh.completeFrom = forgotten;
                return fresh;
              });
      session.answers.put(id.seq(), WriteAnswer.of(offset, result));
      session.maxSeq = Math.max(session.maxSeq, id.seq());
      session.lastOffset = offset;
      session.lastMillis = Math.max(time, millis);
      passTo(millis);
    }

    void passTo(long millis) {
      time = Math.max(time, millis);
      List<SessionId> idle = new ArrayList<>();
      sessions.forEach(
          (id, session) -> {
            if (time - session.lastMillis > limits.idleMillis()) {
              idle.add(id);
            }
          });
      idle.forEach(this::forget);
    }

    void forget(SessionId id) {
      forgotten = Math.max(forgotten, sessions.remove(id).lastOffset);
    }
  }

  // ---- bytes

  @Test
  void nothingIsATableWithoutSessions() {
    table.applied(session(1), 1, 1, 1, 5);
    table.restore(new byte[0]);
    assertThat(table.size()).isZero();
    assertThat(table.logTimeMillis()).isZero();
    assertThat(table.find(id(1, 1))).isEqualTo(WriteAnswer.NONE);
  }

  /** The example of docs/formats/sessions.md. */
  @Test
  void theExampleOfTheFormatHolds() {
    SessionTable example = new SessionTable(new SessionLimits(1, HOUR));
    example.applied(new SessionId(8, 9), 1, 5, 1, 1_000);
    example.applied(new SessionId(1, 2), 1, 300, 1, 1_000);
    example.applied(new SessionId(1, 2), 3, 301, 2, 1_001);
    assertThat(example.encode())
        .containsExactly(
            1, // format version
            5, // forgotten up to offset 5
            0xE9, 0x07, // log time 1001
            1, // one session
            0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, // its id
            5, // complete from behind offset 5
            0xAD, 0x02, // last wrote at offset 301
            0xE9, 0x07, // at 1001
            3, // highest number
            2, // two answers
            2, 1, 1, // number 3 - 2, offset 301 - 1, result 1
            0, 0, 2); // number 3 - 0, offset 301 - 0, result 2
  }

  @Test
  void damageIsNoticed() {
    for (int seq = 1; seq <= 5; seq++) {
      table.applied(session(1), seq * 2, seq, 1, 5);
      table.applied(session(2), seq, 100 + seq, 1, 5);
    }
    byte[] good = table.encode();
    SessionTable other = new SessionTable(new SessionLimits(3, HOUR));
    for (int length = 1; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> other.restore(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> other.restore(longer)).isInstanceOf(IllegalArgumentException.class);
    byte[] newer = good.clone();
    newer[0] = 2;
    assertThatThrownBy(() -> other.restore(newer)).hasMessageContaining("format version 2");
    SessionTable small = new SessionTable(new SessionLimits(1, HOUR));
    assertThatThrownBy(() -> small.restore(good)).hasMessageContaining("too many sessions");
    // No bytes whatever make anything but a table or a refusal.
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      try {
        other.restore(bad);
        assertThat(other.size()).isLessThanOrEqualTo(3);
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageNotContaining("null");
      }
    }
  }
}
