package io.holdfast.protocol.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.rpc.testproto.Colour;
import io.holdfast.protocol.rpc.testproto.Everything;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mapping between messages and brpc's JSON. */
class ProtoJsonTest {
  private static String write(Everything message) throws IOException {
    return new String(ProtoJson.write(message), StandardCharsets.UTF_8);
  }

  private static Everything read(String json) throws IOException {
    return ProtoJson.read(json.getBytes(StandardCharsets.UTF_8), Everything.getDefaultInstance());
  }

  @Test
  void everyTypeHasItsForm() throws IOException {
    var message =
        Everything.newBuilder()
            .setAnInt32(-1)
            .setAnInt64(Long.MIN_VALUE)
            .setAUint32(-1)
            .setAUint64(-1L)
            .setAFixed64(5)
            .setAFloat(1.5f)
            .setADouble(Double.NaN)
            .setAString("a\"ü")
            .setSomeBytes(ByteString.copyFromUtf8("bytes"))
            .setColour(Colour.GREEN)
            .setChild(Everything.newBuilder().setASint64(3))
            .addLongs(1)
            .addLongs(2)
            .addChildren(Everything.getDefaultInstance())
            .putCounts("k", 9)
            .addColours(Colour.RED)
            .build();
    String json =
        "{\"an_int32\":-1,\"an_int64\":-9223372036854775808,\"a_uint32\":4294967295,"
            + "\"a_uint64\":18446744073709551615,\"a_fixed64\":5,\"a_float\":1.5,"
            + "\"a_double\":\"NaN\",\"a_string\":\"a\\\"ü\",\"some_bytes\":\"Ynl0ZXM=\","
            + "\"colour\":\"GREEN\",\"child\":{\"a_sint64\":3},\"longs\":[1,2],"
            + "\"children\":[{}],\"counts\":{\"k\":9},\"colours\":[\"RED\"]}";
    assertThat(write(message)).isEqualTo(json);
    assertThat(read(json)).isEqualTo(message);
  }

  @Test
  void whatIsSetIsWrittenAndWhatIsNotIsLeftOut() throws IOException {
    assertThat(write(Everything.getDefaultInstance())).isEqualTo("{}");
    var set =
        Everything.newBuilder().setAnInt64(0).setABool(true).setAString("").setColour(Colour.RED);
    assertThat(write(set.build()))
        .isEqualTo("{\"an_int64\":0,\"a_bool\":true,\"a_string\":\"\",\"colour\":\"RED\"}");
  }

  @Test
  void inputIsTakenGenerously() throws IOException {
    assertThat(read("")).isEqualTo(Everything.getDefaultInstance());
    assertThat(read("  \n")).isEqualTo(Everything.getDefaultInstance());
    assertThat(read("{\"x\":[{\"y\":1}],\"an_int64\":null,\"colour\":1,\"a_uint32\":\"7\"}"))
        .isEqualTo(Everything.newBuilder().setColour(Colour.GREEN).setAUint32(7).build());
    assertThat(read("{\"an_int64\":1e3,\"a_double\":\"-Infinity\"}"))
        .isEqualTo(
            Everything.newBuilder().setAnInt64(1000).setADouble(Double.NEGATIVE_INFINITY).build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "{",
        "{}{}",
        "{\"an_int32\":2147483648}",
        "{\"an_int32\":1.5}",
        "{\"an_int32\":1e999999999}",
        "{\"a_uint32\":-1}",
        "{\"a_uint64\":18446744073709551616}",
        "{\"a_bool\":1}",
        "{\"colour\":\"BLUE\"}",
        "{\"colour\":7}",
        "{\"child\":[]}",
        "{\"longs\":1}",
        "{\"longs\":[null]}",
        "{\"longs\":[[1]]}",
        "{\"counts\":[]}",
        "{\"counts\":{\"a\":null}}",
        "{\"some_bytes\":\"%%%\"}",
        "{\"some_bytes\":5}",
        "{\"a_double\":\"x\"}",
      })
  void whatDoesNotFitIsRefused(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
  }

  /** Shows that a mistyped name is refused where it would change what is asked for. */
  @Test
  void strictInputRefusesUnknownFields() throws IOException {
    Everything.Builder builder = Everything.newBuilder().setAString("kept");
    ProtoJson.mergeStrictly("{\"an_int32\":7}".getBytes(StandardCharsets.UTF_8), builder);
    assertThat(builder.getAnInt32()).isEqualTo(7);
    assertThat(builder.getAString()).isEqualTo("kept");
    byte[] mistyped = "{\"child\":{\"an_int23\":7}}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ProtoJson.mergeStrictly(mistyped, builder))
        .isInstanceOf(IOException.class)
        .hasMessage("unknown field /child/an_int23 of Everything");
  }

  @Test
  void emptyListsAreThereWhenWanted() throws IOException {
    String json =
        new String(
            ProtoJson.writeWithEmptyLists(Everything.newBuilder().addLongs(1).build()),
            StandardCharsets.UTF_8);
    assertThat(json).contains("\"longs\":[1]", "\"children\":[]", "\"counts\":{}");
    assertThat(write(Everything.getDefaultInstance())).isEqualTo("{}");
  }

  @Test
  void depthIsBounded() {
    assertThatThrownBy(() -> read("{\"child\":".repeat(5_000) + "{}" + "}".repeat(5_000)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void theRefusalNamesThePlace() {
    assertThatThrownBy(() -> read("{\"children\":[{},{\"an_int32\":\"x\"}]}"))
        .hasMessageContaining("type int32 at /children/1/an_int32");
  }
}
