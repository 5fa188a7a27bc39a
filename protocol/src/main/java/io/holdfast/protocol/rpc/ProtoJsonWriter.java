package io.holdfast.protocol.rpc;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** The writing half of {@link ProtoJson}. */
final class ProtoJsonWriter {
  private ProtoJsonWriter() {}

  static void message(JsonGenerator out, Message message) throws IOException {
    out.writeStartObject();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      out.writeFieldName(field.getName());
      if (field.isMapField()) {
        map(out, field, (List<?>) entry.getValue());
      } else if (field.isRepeated()) {
        out.writeStartArray();
        for (Object value : (List<?>) entry.getValue()) {
          value(out, field, value);
        }
        out.writeEndArray();
      } else {
        value(out, field, entry.getValue());
      }
    }
    out.writeEndObject();
  }

  private static void map(JsonGenerator out, FieldDescriptor field, List<?> entries)
      throws IOException {
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    out.writeStartObject();
    for (Object each : entries) {
      Message entry = (Message) each;
      out.writeFieldName(String.valueOf(entry.getField(key)));
      value(out, value, entry.getField(value));
    }
    out.writeEndObject();
  }

  private static void value(JsonGenerator out, FieldDescriptor field, Object value)
      throws IOException {
    switch (field.getType()) {
      case UINT32, FIXED32 -> out.writeNumber(Integer.toUnsignedLong((Integer) value));
      case INT32, SINT32, SFIXED32 -> out.writeNumber((Integer) value);
      case UINT64, FIXED64 -> unsigned(out, (Long) value);
      case INT64, SINT64, SFIXED64 -> out.writeNumber((Long) value);
      case FLOAT -> floating(out, (Float) value);
      case DOUBLE -> floating(out, (Double) value);
      case BOOL -> out.writeBoolean((Boolean) value);
      case STRING -> out.writeString((String) value);
      case BYTES -> out.writeBinary(((ByteString) value).toByteArray());
      case ENUM -> enumeration(out, (EnumValueDescriptor) value);
      case MESSAGE, GROUP -> message(out, (Message) value);
    }
  }

  private static void unsigned(JsonGenerator out, long value) throws IOException {
    if (value >= 0) {
      out.writeNumber(value);
    } else {
      out.writeNumber(new BigInteger(Long.toUnsignedString(value)));
    }
  }

  private static void floating(JsonGenerator out, float value) throws IOException {
    if (Float.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeString(Float.toString(value));
    }
  }

  private static void floating(JsonGenerator out, double value) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeString(Double.toString(value));
    }
  }

  private static void enumeration(JsonGenerator out, EnumValueDescriptor value) throws IOException {
    if (value.getIndex() < 0) {
      // A number that our proto file does not know.
      out.writeNumber(value.getNumber());
    } else {
      out.writeString(value.getName());
    }
  }
}
