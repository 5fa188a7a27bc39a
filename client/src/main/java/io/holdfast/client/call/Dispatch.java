package io.holdfast.client.call;

import com.google.protobuf.Message;

/**
 * Where one attempt goes and what it says.
 *
 * @param mostMillis how long it may take at most, if it is not the last one; 0 for no bound of its
 *     own
 */
public record Dispatch(String endpoint, Message request, long mostMillis) {
  public Dispatch(String endpoint, Message request) {
    this(endpoint, request, 0);
  }
}
