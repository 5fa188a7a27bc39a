package io.holdfast.protocol.rpc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** The reading half of {@link ProtoJson}. Every method begins at the token it reads. */
final class ProtoJsonReader {
  private static final BigInteger MAX_UINT64 =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final BigInteger MAX_UINT32 =
      BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE);

  /** Longest text of a number. Longer ones only cost time; 2^64 has 20 digits. */
  private static final int MAX_NUMBER_CHARS = 40;

  private final JsonParser in;
  private final boolean strict;

  /**
   * @param strict whether unknown fields are errors
   */
  ProtoJsonReader(JsonParser in, boolean strict) {
    this.in = in;
    this.strict = strict;
  }

  void message(Message.Builder builder) throws IOException {
    expect(JsonToken.START_OBJECT, "an object");
    while (in.nextToken() != JsonToken.END_OBJECT) {
      FieldDescriptor field = builder.getDescriptorForType().findFieldByName(in.currentName());
      JsonToken token = in.nextToken();
      if (field == null && strict) {
        throw new IOException(
            "unknown field "
                + in.getParsingContext().pathAsPointer()
                + " of "
                + builder.getDescriptorForType().getName());
      } else if (field == null) {
        in.skipChildren();
      } else if (token != JsonToken.VALUE_NULL) {
        field(builder, field);
      }
    }
  }

  private void field(Message.Builder builder, FieldDescriptor field) throws IOException {
    if (field.isMapField()) {
      map(builder, field);
    } else if (field.isRepeated()) {
      expect(JsonToken.START_ARRAY, "a list");
      while (in.nextToken() != JsonToken.END_ARRAY) {
        builder.addRepeatedField(field, value(builder, field));
      }
    } else {
      builder.setField(field, value(builder, field));
    }
  }

  private void map(Message.Builder builder, FieldDescriptor field) throws IOException {
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    expect(JsonToken.START_OBJECT, "an object");
    while (in.nextToken() != JsonToken.END_OBJECT) {
      Message.Builder entry = builder.newBuilderForField(field);
      entry.setField(key, scalar(key, in.currentName()));
      in.nextToken();
      entry.setField(value, value(entry, value));
      builder.addRepeatedField(field, entry.build());
    }
  }

  private Object value(Message.Builder parent, FieldDescriptor field) throws IOException {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      Message.Builder builder = parent.newBuilderForField(field);
      message(builder);
      // Required fields are checked once, over the whole message, with their full path.
      return builder.buildPartial();
    }
    if (!in.currentToken().isScalarValue() || in.currentToken() == JsonToken.VALUE_NULL) {
      throw wrong("a single value");
    }
    return scalar(field, in.getText());
  }

  private Object scalar(FieldDescriptor field, String text) throws IOException {
    try {
      return switch (field.getType()) {
        case INT32, SINT32, SFIXED32 -> integer(text).intValueExact();
        case UINT32, FIXED32 -> unsigned(text, MAX_UINT32).intValue();
        case INT64, SINT64, SFIXED64 -> integer(text).longValueExact();
        case UINT64, FIXED64 -> unsigned(text, MAX_UINT64).longValue();
        case FLOAT -> Float.parseFloat(shortNumber(text));
        case DOUBLE -> Double.parseDouble(shortNumber(text));
        case BOOL -> bool(text);
        case STRING -> text;
        case BYTES -> ByteString.copyFrom(in.getBinaryValue());
        case ENUM -> enumeration(field.getEnumType(), text);
        case MESSAGE, GROUP -> throw new IllegalArgumentException("not a single value");
      };
    } catch (ArithmeticException | IllegalArgumentException e) {
      String type = field.getType().name().toLowerCase(java.util.Locale.ROOT);
      throw wrong("a value of type " + type);
    }
  }

  private static BigInteger integer(String text) {
    BigDecimal number = new BigDecimal(shortNumber(text));
    // The exponent is checked first: expanding 1e999999999 would take gigabytes.
    if (Math.abs((long) number.scale()) > MAX_NUMBER_CHARS) {
      throw new ArithmeticException("out of range");
    }
    return number.toBigIntegerExact();
  }

  private static BigInteger unsigned(String text, BigInteger most) {
    BigInteger number = integer(text);
    if (number.signum() < 0 || number.compareTo(most) > 0) {
      throw new ArithmeticException("out of range");
    }
    return number;
  }

  private static String shortNumber(String text) {
    if (text.length() > MAX_NUMBER_CHARS) {
      throw new NumberFormatException("too long");
    }
    return text;
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static EnumValueDescriptor enumeration(EnumDescriptor type, String text) {
    EnumValueDescriptor value = type.findValueByName(text);
    if (value == null) {
      value = type.findValueByNumber(Integer.parseInt(text));
    }
    if (value == null) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private void expect(JsonToken token, String what) throws IOException {
    if (in.currentToken() != token) {
      throw wrong(what);
    }
  }

  private IOException wrong(String expected) {
    var place = in.currentTokenLocation();
    String at = in.getParsingContext().pathAsPointer().toString();
    return new IOException(
        "expected "
            + expected
            + " at "
            + (at.isEmpty() ? "/" : at)
            + ", line "
            + place.getLineNr()
            + " column "
            + place.getColumnNr());
  }
}
