package io.holdfast.jdbc.link;

import com.google.protobuf.Message;
import io.holdfast.client.ErrorCode;
import io.holdfast.client.call.Destination;
import io.holdfast.client.call.Dispatch;
import io.holdfast.client.call.NoDestinationException;
import java.util.concurrent.CompletableFuture;

/** Sends a call to one tablet, and to another when that was in vain. Used by one call. */
final class AnyTablet implements Destination {
  private final Tablets tablets;
  private final Message request;
  private final String preferred;
  private String last = "";

  AnyTablet(Tablets tablets, Message request) {
    this(tablets, request, "");
  }

  /**
   * @param preferred who is asked first; empty for whose turn it is
   */
  AnyTablet(Tablets tablets, Message request, String preferred) {
    this.tablets = tablets;
    this.request = request;
    this.preferred = preferred;
  }

  @Override
  public CompletableFuture<Dispatch> choose(boolean refresh, String leaderHint) {
    if (refresh && !last.isEmpty()) {
      tablets.failed(last);
    }
    return tablets
        .next(last.isEmpty() ? preferred : "")
        .thenCompose(
            endpoint -> {
              last = endpoint;
              return endpoint.isEmpty()
                  ? CompletableFuture.failedFuture(
                      NoDestinationException.now(
                          ErrorCode.UNAVAILABLE,
                          "no tablet is known; check the hosts of the URL, or ask the nameserver"
                              + " with showtablet"))
                  : CompletableFuture.completedFuture(new Dispatch(endpoint, request));
            });
  }
}
