package io.holdfast.jdbc.link;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * What a tablet answered to a query.
 *
 * @param schema names and types of the columns
 * @param rows encoded rows, one behind the other; must not be changed
 */
public record QueryAnswer(ByteString schema, ByteBuffer rows) {}
