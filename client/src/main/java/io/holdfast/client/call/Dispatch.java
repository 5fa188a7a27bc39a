package io.holdfast.client.call;

import com.google.protobuf.Message;

/** Where one attempt goes and what it says. */
public record Dispatch(String endpoint, Message request) {}
