package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import java.nio.ByteBuffer;

/**
 * An answer together with the raw bytes beside it.
 *
 * @param attachment read-only; empty when there are none
 */
public record RpcReply<R extends Message>(R message, ByteBuffer attachment) {}
