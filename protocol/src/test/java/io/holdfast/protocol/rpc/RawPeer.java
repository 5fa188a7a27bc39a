package io.holdfast.protocol.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.holdfast.protocol.rpc.meta.RpcRequestMeta;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A blocking socket that writes what a test wants and knows nothing of our decoder. */
final class RawPeer implements AutoCloseable {
  final Socket socket;
  final DataInputStream in;
  final DataOutputStream out;

  RawPeer(int port) throws IOException {
    this(connect(port));
  }

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(20_000);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket();
    // Small, so that a peer that does not read is noticed soon.
    socket.setReceiveBufferSize(16 << 10);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    return socket;
  }

  static RpcMeta.Builder meta(String method, long id) {
    return RpcMeta.newBuilder()
        .setCorrelationId(id)
        .setRequest(RpcRequestMeta.newBuilder().setServiceName("Echo").setMethodName(method));
  }

  static byte[] frame(RpcMeta meta, Message body) {
    var bytes = new ByteArrayOutputStream();
    try {
      var out = new DataOutputStream(bytes);
      out.writeBytes("PRPC");
      out.writeInt(meta.getSerializedSize() + body.getSerializedSize());
      out.writeInt(meta.getSerializedSize());
      meta.writeTo(out);
      body.writeTo(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads one frame; returns its meta and drops the rest. */
  RpcMeta receiveMeta() throws IOException {
    byte[] magic = in.readNBytes(4);
    if (!new String(magic, StandardCharsets.US_ASCII).equals("PRPC")) {
      throw new AssertionError("no frame");
    }
    int size = in.readInt();
    int metaSize = in.readInt();
    byte[] meta = in.readNBytes(metaSize);
    in.skipNBytes((long) size - metaSize);
    return RpcMeta.parseFrom(CodedInputStream.newInstance(meta));
  }

  /** Reads until the other side closes; throws when it does not within the socket's time-out. */
  String receiveAll() throws IOException {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return ""; // reset: closed as well
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
