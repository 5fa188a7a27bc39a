package io.holdfast.protocol.peer;

import static io.holdfast.protocol.peer.WireCheck.count;

import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.message.ControlMessage.Held;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Hindrance;
import io.holdfast.protocol.peer.wire.PeerDeparture;
import io.holdfast.protocol.peer.wire.PeerDepartureAnswer;
import io.holdfast.protocol.peer.wire.PeerHeld;
import io.holdfast.protocol.peer.wire.PeerHindrance;

/** What tablets and nameservers say about a tablet that is about to end, on the wire. */
final class DepartureCodec {
  private DepartureCodec() {}

  static PeerDepartureAnswer wire(DepartureAnswer message) {
    return PeerDepartureAnswer.newBuilder()
        .setEpoch(count("epoch", message.epoch()))
        .setIncarnation(message.incarnation())
        .setLeft(count("left", message.left()))
        .addAllHeld(
            WireCheck.map("held", message.held(), WireCheck.MAX_PARTITIONS, DepartureCodec::wire))
        .build();
  }

  static DepartureAnswer message(PeerDepartureAnswer wire) {
    return new DepartureAnswer(
        count("epoch", wire.getEpoch()),
        wire.getIncarnation(),
        count("left", wire.getLeft()),
        WireCheck.map("held", wire.getHeldList(), WireCheck.MAX_PARTITIONS, DepartureCodec::held));
  }

  private static PeerHeld wire(Held held) {
    return PeerHeld.newBuilder()
        .setPartition(ModelCodec.encode(held.partition()))
        .setHindrance(wire(held.hindrance()))
        .build();
  }

  private static Held held(PeerHeld wire) {
    return new Held(
        ModelCodec.decode(wire.hasPartition(), wire.getPartition()),
        hindrance(wire.getHindrance()));
  }

  private static PeerHindrance wire(Hindrance hindrance) {
    return switch (hindrance) {
      case UNDER_WAY -> PeerHindrance.HINDRANCE_UNDER_WAY;
      case NO_SUCCESSOR -> PeerHindrance.HINDRANCE_NO_SUCCESSOR;
      case LAST_IN_SYNC -> PeerHindrance.HINDRANCE_LAST_IN_SYNC;
      case MIN_INSYNC -> PeerHindrance.HINDRANCE_MIN_INSYNC;
    };
  }

  private static Hindrance hindrance(PeerHindrance wire) {
    return switch (wire) {
      case HINDRANCE_UNDER_WAY -> Hindrance.UNDER_WAY;
      case HINDRANCE_NO_SUCCESSOR -> Hindrance.NO_SUCCESSOR;
      case HINDRANCE_LAST_IN_SYNC -> Hindrance.LAST_IN_SYNC;
      case HINDRANCE_MIN_INSYNC -> Hindrance.MIN_INSYNC;
      case HINDRANCE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no such hindrance: " + wire);
    };
  }

  static PeerDeparture wire(Departure departure) {
    return switch (departure) {
      case NONE -> PeerDeparture.DEPARTURE_NONE;
      case STOPPING -> PeerDeparture.DEPARTURE_STOPPING;
      case LEAVING -> PeerDeparture.DEPARTURE_LEAVING;
    };
  }

  static Departure departure(PeerDeparture wire) {
    return switch (wire) {
      case DEPARTURE_NONE -> Departure.NONE;
      case DEPARTURE_STOPPING -> Departure.STOPPING;
      case DEPARTURE_LEAVING -> Departure.LEAVING;
      case UNRECOGNIZED -> throw new IllegalArgumentException("no such departure: " + wire);
    };
  }
}
