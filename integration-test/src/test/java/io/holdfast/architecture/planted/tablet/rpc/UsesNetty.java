package io.holdfast.architecture.planted.tablet.rpc;

import io.netty.buffer.ByteBuf;

/** Wrong on purpose: Netty outside of the transport. */
public final class UsesNetty {
  ByteBuf buffer;
}
