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
import java.util.TreeMap;

/** The writing half of {@link ProtoJson}. */
final class ProtoJsonWriter {
  private final JsonGenerator out;
  private final boolean emptyLists;

  /**
   * @param emptyLists whether empty lists are written, too
   */
  ProtoJsonWriter(JsonGenerator out, boolean emptyLists) {
    this.out = out;
    this.emptyLists = emptyLists;
  }

  void message(Message message) throws IOException {
    out.writeStartObject();
    for (Map.Entry<FieldDescriptor, Object> entry : fields(message).entrySet()) {
      FieldDescriptor field = entry.getKey();
      out.writeFieldName(field.getName());
      if (field.isMapField()) {
        map(field, (List<?>) entry.getValue());
      } else if (field.isRepeated()) {
        out.writeStartArray();
        for (Object value : (List<?>) entry.getValue()) {
          value(field, value);
        }
        out.writeEndArray();
      } else {
        value(field, entry.getValue());
      }
    }
    out.writeEndObject();
  }

  private Map<FieldDescriptor, Object> fields(Message message) {
    if (!emptyLists) {
      return message.getAllFields();
    }
    Map<FieldDescriptor, Object> fields = new TreeMap<>(message.getAllFields());
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        fields.putIfAbsent(field, List.of());
      }
    }
    return fields;
  }

  private void map(FieldDescriptor field, List<?> entries) throws IOException {
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    out.writeStartObject();
    for (Object each : entries) {
      Message entry = (Message) each;
      out.writeFieldName(String.valueOf(entry.getField(key)));
      value(value, entry.getField(value));
    }
    out.writeEndObject();
  }

  private void value(FieldDescriptor field, Object value) throws IOException {
    switch (field.getType()) {
      case UINT32, FIXED32 -> out.writeNumber(Integer.toUnsignedLong((Integer) value));
      case INT32, SINT32, SFIXED32 -> out.writeNumber((Integer) value);
      case UINT64, FIXED64 -> unsigned((Long) value);
      case INT64, SINT64, SFIXED64 -> out.writeNumber((Long) value);
      case FLOAT -> floating((Float) value);
      case DOUBLE -> floating((Double) value);
      case BOOL -> out.writeBoolean((Boolean) value);
      case STRING -> out.writeString((String) value);
      case BYTES -> out.writeBinary(((ByteString) value).toByteArray());
      case ENUM -> enumeration((EnumValueDescriptor) value);
      case MESSAGE, GROUP -> message((Message) value);
    }
  }

  private void unsigned(long value) throws IOException {
    if (value >= 0) {
      out.writeNumber(value);
    } else {
      out.writeNumber(new BigInteger(Long.toUnsignedString(value)));
    }
  }

  private void floating(float value) throws IOException {
    if (Float.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeString(Float.toString(value));
    }
  }

  private void floating(double value) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeString(Double.toString(value));
    }
  }

  private void enumeration(EnumValueDescriptor value) throws IOException {
    if (value.getIndex() < 0) {
      // A number that our proto file does not know.
      out.writeNumber(value.getNumber());
    } else {
      out.writeString(value.getName());
    }
  }
}
