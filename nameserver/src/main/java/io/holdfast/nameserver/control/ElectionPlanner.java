package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.Grant;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.TableOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * From the answers of fenced replicas to the record that names a leader. Pure functions.
 *
 * <p>Any R members of the in-sync set include one that holds every committed record, and the best
 * log among them (highest last term, then longest) holds them all.
 */
final class ElectionPlanner {
  private static final double RATE_FACTOR = 1.01 / 0.99;

  private static final Comparator<Fenced> BY_LOG =
      Comparator.comparingLong(Fenced::lastTerm).thenComparingLong(Fenced::lastOffset);

  private final Mutants mutants;
  private final boolean strictTail;

  /**
   * @param strictTail whether a copy whose log's end was cut off needs an operator's word to count
   */
  ElectionPlanner(Mutants mutants, boolean strictTail) {
    this.mutants = mutants;
    this.strictTail = strictTail;
  }

  /** The record that opens the next term. */
  static PartitionRecord opened(PartitionRecord record) {
    return new PartitionRecord(
        record.id(),
        record.term() + 1,
        record.version() + 1,
        Phase.ELECT,
        null,
        0,
        record.members(),
        record.learners(),
        0,
        record.lossTerm(),
        record.wishes(),
        record.witnesses());
  }

  /** What the answers to one term allow. */
  enum Basis {
    /** Nothing: too few answered, or too few of those can be believed. */
    NONE,
    /** Enough copies answered that are known to hold what they acknowledged. */
    CLEAN,
    /**
     * Enough answered, but some had to cut the end of their logs off. Almost always that is a write
     * which was never acknowledged; so this will do when nobody better comes.
     */
    SUSPECT,
    /**
     * All members answered, too few of them can be believed, and nobody is left to ask. A table
     * that does not sync its logs has chosen to go on with what is there.
     */
    LOSS
  }

  /**
   * What these answers allow.
   *
   * @param passedOver whose answer is not counted; null for nobody
   */
  Basis basis(
      PartitionRecord record,
      TableOptions options,
      Map<NodeId, Fenced> answers,
      NodeId passedOver) {
    if (suffice(record, options, counted(record, answers, passedOver, Basis.CLEAN))) {
      return Basis.CLEAN;
    }
    if (suffice(record, options, counted(record, answers, passedOver, Basis.SUSPECT))) {
      return strictTail ? Basis.NONE : Basis.SUSPECT;
    }
    Map<NodeId, Fenced> all = counted(record, answers, passedOver, Basis.LOSS);
    boolean everyone = all.size() == record.members().size();
    return everyone && options.durability() == Durability.OS ? Basis.LOSS : Basis.NONE;
  }

  /** Whether these are enough, and one of them has rows and so may lead. */
  private boolean suffice(
      PartitionRecord record, TableOptions options, Map<NodeId, Fenced> counted) {
    return counted.size() >= needed(record, options)
        && (counted.keySet().stream().anyMatch(tablet -> !record.isWitness(tablet))
            || mutants.has(Mutant.WITNESS_ELECTED));
  }

  /** The answers that count on a basis: always those of the very copies the in-sync set names. */
  Map<NodeId, Fenced> counted(
      PartitionRecord record, Map<NodeId, Fenced> answers, NodeId passedOver, Basis basis) {
    Map<NodeId, Fenced> result = new TreeMap<>(answers);
    result
        .entrySet()
        .removeIf(
            entry -> {
              Member member = record.members().find(entry.getKey());
              Fenced answer = entry.getValue();
              if (entry.getKey().equals(passedOver)) {
                return true;
              }
              if (mutants.has(Mutant.ALL_DOWN_TAKES_OUTSIDER)) {
                return !answer.flags().isTrusted();
              }
              return member == null
                  || (member.uid().isKnown() && !member.uid().equals(answer.uid()))
                  || !suffices(answer.flags(), basis);
            });
    return result;
  }

  /** The weakest basis that will do without anybody's word. */
  Basis weakest() {
    return strictTail ? Basis.CLEAN : Basis.SUSPECT;
  }

  /** Whether a member's copy with these flags counts without anybody's word. */
  boolean counts(ReplicaFlags flags) {
    return suffices(flags, weakest());
  }

  private boolean suffices(ReplicaFlags flags, Basis basis) {
    return switch (basis) {
      case NONE -> false;
      case CLEAN ->
          flags.isClean()
              || (flags.isTrusted() && mutants.has(Mutant.SUSPECT_PREFERRED))
              || (!flags.isOutOfService() && mutants.has(Mutant.AMNESIAC_COUNTED));
      case SUSPECT -> flags.isTrusted();
      case LOSS -> !flags.isOutOfService();
    };
  }

  /** How many countable answers it takes. */
  int needed(PartitionRecord record, TableOptions options) {
    int size = record.members().size();
    if (neverLed(record) && !options.acks().needsEvery(size)) {
      // Nothing is at stake yet, and the identities of all copies are to be recorded.
      return size;
    }
    int needed = options.acks().electionQuorum(size);
    return mutants.has(Mutant.SMALL_ELECTION_QUORUM) ? Math.max(1, needed - 1) : needed;
  }

  /**
   * The record that names the leader. Those who were not counted may lack what is committed; they
   * stay members only where the others are enough for every decision without them.
   *
   * @param answers every answer to this term, countable or not
   * @param passedOver who shall not lead, nor be counted; null for nobody. Its answer still tells
   *     that it reads no more
   * @param preference whom to take of those whose logs are equally good
   */
  PartitionRecord concluded(
      PartitionRecord record,
      TableOptions options,
      Map<NodeId, Fenced> answers,
      NodeId passedOver,
      Preference preference) {
    Basis basis = basis(record, options, answers, passedOver);
    Map<NodeId, Fenced> counted = counted(record, answers, passedOver, basis);
    NodeId leader = best(record, counted, preference);
    MemberSet members =
        basis == Basis.LOSS
            ? new MemberSet(List.of(new Member(leader, counted.get(leader).uid())))
            : membersAfter(record, options.acks(), counted);
    List<NodeId> learners = new ArrayList<>(record.learners());
    learners.removeIf(members::contains);
    for (NodeId tablet : record.members().tablets()) {
      if (!members.contains(tablet)) {
        learners.add(tablet);
      }
    }
    return new PartitionRecord(
        record.id(),
        record.term(),
        record.version() + 1,
        Phase.LEAD,
        leader,
        counted.get(leader).incarnation(),
        members,
        learners,
        waitMillis(answers),
        basis == Basis.LOSS ? record.term() : record.lossTerm(),
        // Whoever was to lead leads now, or somebody else had to.
        record.wishes().withNextLeader(null).among(members, learners),
        record.witnesses());
  }

  /**
   * The record that names a leader by an operator's word: its copy alone is the truth from now on.
   *
   * @param leader one of those who answered
   */
  PartitionRecord concludedWith(
      PartitionRecord record, Map<NodeId, Fenced> answers, NodeId leader) {
    Fenced answer = answers.get(leader);
    List<NodeId> learners = new ArrayList<>(record.holders());
    learners.remove(leader);
    MemberSet members = new MemberSet(List.of(new Member(leader, answer.uid())));
    return new PartitionRecord(
        record.id(),
        record.term(),
        record.version() + 1,
        Phase.LEAD,
        leader,
        answer.incarnation(),
        members,
        learners,
        waitMillis(answers),
        record.term(),
        record.wishes().withNextLeader(null).among(members, learners),
        record.witnesses());
  }

  /**
   * Whether nothing can be gained by waiting for the others: the intended leader's log is the best
   * of a sufficient number, nobody can be left out for not having answered, and no promise to an
   * earlier leader has to run out.
   */
  boolean isSettled(
      PartitionRecord record, TableOptions options, Map<NodeId, Fenced> answers, NodeId heir) {
    Map<NodeId, Fenced> counted = counted(record, answers, null, Basis.CLEAN);
    return heir != null
        && suffice(record, options, counted)
        && counted.containsKey(heir)
        && !options.acks().needsEvery(record.members().size())
        && heir.equals(best(record, counted, new Preference(heir, tablet -> true, tablet -> 0)))
        && missing(record, options, counted, heir) == null
        && waitMillis(answers) == 0;
  }

  /**
   * What a candidate lacks that nobody may lead without.
   *
   * @param candidate the best log of those that have rows
   * @param source the witness that has more
   * @param lastTerm term of its newest record
   * @param lastOffset offset of that record
   */
  record Missing(NodeId candidate, NodeId source, long lastTerm, long lastOffset) {}

  /**
   * Whether anybody of those whose answers count may lead; a witness never does.
   *
   * @param preference as in {@link #concluded}
   * @return whose log is the best of those that may; null when none of them has answered
   */
  NodeId candidate(
      PartitionRecord record,
      TableOptions options,
      Map<NodeId, Fenced> answers,
      NodeId passedOver,
      Preference preference) {
    Basis basis = basis(record, options, answers, passedOver);
    return best(record, counted(record, answers, passedOver, basis), preference);
  }

  /**
   * What the candidate has to copy from a witness first; null when its log will do.
   *
   * <p>If those who have rows are enough for an election by themselves, the best of them holds
   * every committed record. Otherwise only the best of all does, and that may be a witness.
   */
  Missing missing(
      PartitionRecord record,
      TableOptions options,
      Map<NodeId, Fenced> answers,
      NodeId passedOver,
      NodeId candidate) {
    Basis basis = basis(record, options, answers, passedOver);
    return missing(record, options, counted(record, answers, passedOver, basis), candidate);
  }

  private Missing missing(
      PartitionRecord record, TableOptions options, Map<NodeId, Fenced> counted, NodeId candidate) {
    long withRows = counted.keySet().stream().filter(tablet -> !record.isWitness(tablet)).count();
    if (withRows >= needed(record, options)
        || mutants.has(Mutant.WITNESS_SUFFIX_NOT_FETCHED)
        || record.isWitness(candidate)) {
      return null;
    }
    NodeId best = candidate;
    for (NodeId witness : record.witnesses()) {
      if (counted.containsKey(witness)
          && BY_LOG.compare(counted.get(witness), counted.get(best)) > 0) {
        best = witness;
      }
    }
    Fenced answer = counted.get(best);
    return best.equals(candidate)
        ? null
        : new Missing(candidate, best, answer.lastTerm(), answer.lastOffset());
  }

  /**
   * Whom to take of those whose logs are equally good.
   *
   * @param heir who was prepared to lead; null for nobody
   * @param mayLead who is not about to stop leading again
   * @param leaders how many partitions a tablet leads already
   */
  record Preference(NodeId heir, Predicate<NodeId> mayLead, ToIntFunction<NodeId> leaders) {
    private Comparator<NodeId> order() {
      return Comparator.<NodeId, Boolean>comparing(tablet -> tablet.equals(heir))
          .thenComparing(mayLead::test)
          .thenComparing(tablet -> -leaders.applyAsInt(tablet));
    }
  }

  private NodeId best(PartitionRecord record, Map<NodeId, Fenced> counted, Preference preference) {
    if (mutants.has(Mutant.TRANSFER_WITHOUT_CATCH_UP)
        && preference.heir() != null
        && counted.containsKey(preference.heir())) {
      return preference.heir();
    }
    Comparator<Fenced> byLog =
        mutants.has(Mutant.ELECT_BY_OFFSET) ? Comparator.comparingLong(Fenced::lastOffset) : BY_LOG;
    byLog = byLog.thenComparing(answer -> answer.flags().isClean());
    NodeId best = null;
    boolean anyone = mutants.has(Mutant.ALL_DOWN_TAKES_OUTSIDER);
    for (NodeId candidate : anyone ? record.holders() : record.members().tablets()) {
      Fenced answer = counted.get(candidate);
      boolean mayLead = !record.isWitness(candidate) || mutants.has(Mutant.WITNESS_ELECTED);
      if (answer == null || !mayLead) {
        continue;
      }
      int order = best == null ? 1 : byLog.compare(answer, counted.get(best));
      boolean preferred = order == 0 && preference.order().compare(candidate, best) > 0;
      if (order > 0 || preferred) {
        best = candidate;
      }
    }
    return best;
  }

  /**
   * When commit needs every member, each that answered holds everything committed, so those that
   * did not answer may be left out; and must be, or a group of two could never commit again. With a
   * majority, leaving anyone out could lose what only he and a silent one hold.
   */
  private MemberSet membersAfter(
      PartitionRecord record, AckMode acks, Map<NodeId, Fenced> counted) {
    boolean shrink =
        acks.needsEvery(record.members().size()) || mutants.has(Mutant.SHRINK_ON_ELECT_MAJORITY);
    List<Member> members = new ArrayList<>();
    for (Member member : record.members().members()) {
      Fenced answer = counted.get(member.tablet());
      if (answer != null) {
        members.add(new Member(member.tablet(), answer.uid()));
      } else if (!shrink) {
        members.add(member);
      }
    }
    if (mutants.has(Mutant.ALL_DOWN_TAKES_OUTSIDER)) {
      record.learners().stream()
          .filter(counted::containsKey)
          .forEach(tablet -> members.add(new Member(tablet, counted.get(tablet).uid())));
    }
    return new MemberSet(members);
  }

  /**
   * The longest promise that still protects the reads of an earlier leader. One who has answered is
   * fenced and reads no more.
   */
  private long waitMillis(Map<NodeId, Fenced> answers) {
    if (mutants.has(Mutant.ANY_ANSWER_CANCELS_GRANTS)) {
      return 0;
    }
    long nanos = 0;
    for (Fenced answer : answers.values()) {
      for (Grant grant : answer.grants()) {
        if (grant.holder() == null || !answers.containsKey(grant.holder())) {
          nanos = Math.max(nanos, grant.remainingNanos());
        }
      }
    }
    return (long) Math.ceil(nanos * RATE_FACTOR / 1_000_000);
  }

  /** Whether no replica of this partition was ever told to lead. */
  static boolean neverLed(PartitionRecord record) {
    return record.members().members().stream().noneMatch(member -> member.uid().isKnown());
  }
}
