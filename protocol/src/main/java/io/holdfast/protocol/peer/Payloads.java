package io.holdfast.protocol.peer;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Payloads between log records and protobuf without a copy. That is safe on both sides: the array
 * of a log record is never changed, and a parsed message has an array of its own for each field,
 * which nobody else keeps once the message is decoded.
 */
final class Payloads {
  private static final byte[] NOTHING = new byte[0];

  private Payloads() {}

  static ByteString wrap(byte[] payload) {
    return UnsafeByteOperations.unsafeWrap(payload);
  }

  static byte[] unwrap(ByteString bytes) {
    if (bytes.isEmpty()) {
      return NOTHING;
    }
    Unwrapper unwrapper = new Unwrapper();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, unwrapper);
    } catch (IOException e) {
      throw new UncheckedIOException("there is no file or socket here", e);
    }
    byte[] whole = unwrapper.whole;
    return whole != null && whole.length == bytes.size() ? whole : bytes.toByteArray();
  }

  /** Remembers the array behind a byte string, if it is exactly one and used from end to end. */
  private static final class Unwrapper extends ByteOutput {
    private byte[] whole;

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      whole = offset == 0 && length == value.length ? value : null;
    }

    @Override
    public void write(byte value) {
      whole = null;
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      whole = null; // the caller may reuse the array
    }

    @Override
    public void write(ByteBuffer value) {
      whole = null;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      whole = null;
    }
  }
}
