package io.holdfast.protocol.rpc;

/**
 * One HTTP request, free of buffers that would have to be released.
 *
 * @param refusal the answer when it cannot be read; null when it can
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, never compared
record HttpExchange(String method, String uri, byte[] body, boolean keepAlive, HttpAnswer refusal) {

  /** Its share of what is in flight. */
  int bytes() {
    return uri.length() + body.length;
  }

  String path() {
    int mark = uri.indexOf('?');
    return mark < 0 ? uri : uri.substring(0, mark);
  }

  String query() {
    int mark = uri.indexOf('?');
    return mark < 0 ? "" : uri.substring(mark + 1);
  }
}
