package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which states of a disk engine are gone on with. */
class DiskStateJudgeTest {
  private static final DiskIdentity COPY = new DiskIdentity("c", new UUID(1, 2), 3, 4, 5);
  private static final byte[] STEP = DiskChanges.step(40, 20);

  /** A log that has the records 6 to 20 of term 3, the last one in doubt. */
  private static boolean has(long term, long offset, long end) {
    return term == 3 && offset >= 5 && offset <= end;
  }

  private static DiskCheckpoint checkpoint(DiskIdentity copy, long term, long offset) {
    return new DiskCheckpoint(
        copy, term, offset, 0, 40, 0, 0, Alterations.NONE, Map.of(), new byte[0]);
  }

  private static String judge(DiskCheckpoint checkpoint, byte[] step, Flag... flags) {
    return DiskStateJudge.objection(
        COPY, ReplicaFlags.of(flags), (term, offset) -> has(term, offset, 20), checkpoint, step);
  }

  @Test
  void usesTheStateOfARecordThatTheLogHas() {
    assertThat(judge(checkpoint(COPY, 3, 20), STEP)).isNull();
    assertThat(judge(checkpoint(COPY, 3, 5), DiskChanges.step(40, 5))).isNull();
    assertThat(judge(checkpoint(COPY, 3, 20), STEP, Flag.TAIL_SUSPECT, Flag.AMNESIAC)).isNull();
  }

  /** A log that lost its end with the machine's memory, or that was begun anew further on. */
  @Test
  void doesNotUseOneThatTheLogDoesNotHave() {
    assertThat(judge(checkpoint(COPY, 3, 21), DiskChanges.step(40, 21))).contains("3:21");
    assertThat(judge(checkpoint(COPY, 3, 4), DiskChanges.step(40, 4))).contains("3:4");
    assertThat(judge(checkpoint(COPY, 2, 20), STEP)).contains("2:20");
  }

  @Test
  void doesNotUseAnothersOrWhatWasNotCompleted() {
    assertThat(judge(null, null)).contains("not completed");
    assertThat(judge(null, STEP)).contains("not completed");
    DiskIdentity another = new DiskIdentity("c", new UUID(1, 3), 3, 4, 5);
    assertThat(judge(checkpoint(another, 3, 20), STEP)).contains("it is of");
    DiskIdentity otherSchema = new DiskIdentity("c", new UUID(1, 2), 3, 4, 6);
    assertThat(judge(checkpoint(otherSchema, 3, 20), STEP)).contains("it is of");
    assertThat(judge(checkpoint(COPY, 3, 20), DiskChanges.step(41, 20))).contains("between");
    assertThat(judge(checkpoint(COPY, 3, 20), DiskChanges.step(40, 19))).contains("between");
    assertThat(judge(checkpoint(COPY, 3, 20), null)).contains("between");
  }

  /** What made the copy wrong may be in its state as well. */
  @Test
  void doesNotUseOneOfACopyThatDiverged() {
    assertThat(judge(checkpoint(COPY, 3, 20), STEP, Flag.DIVERGED)).contains("diverged");
    assertThat(judge(checkpoint(COPY, 3, 20), STEP, Flag.CORRUPT)).contains("corrupt");
  }
}
