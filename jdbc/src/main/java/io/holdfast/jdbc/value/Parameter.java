package io.holdfast.jdbc.value;

/**
 * The value of a parameter as it is sent, unless its column is of another type.
 *
 * @param type of the value, or the one that was named for NULL
 * @param value of the class that the type's rows have: Boolean, Short, Integer, Long, Float,
 *     Double, String, {@link java.time.LocalDate}, and {@link java.time.Instant} for a timestamp;
 *     null for NULL
 */
public record Parameter(JdbcType type, Object value) {}
