package io.holdfast.client;

import io.holdfast.client.call.Waiting;
import io.holdfast.client.row.RowPairs;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows for subscribers, each of whom has a walk of its own and gets as many rows as it asks for: a
 * page is fetched when one is wanted and none is at hand. Signals come on the thread that asks or
 * on an I/O thread of the client, one at a time; they must not block.
 */
final class RowPublisher implements Flow.Publisher<RowPairs.Entry> {
  private final RowPage.Source pages;
  private final RowCursor start;

  RowPublisher(RowPage.Source pages, RowCursor start) {
    this.pages = pages;
    this.start = start;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super RowPairs.Entry> subscriber) {
    Objects.requireNonNull(subscriber);
    Walker walker = new Walker(subscriber);
    subscriber.onSubscribe(walker);
    walker.subscribed();
  }

  private final class Walker implements Flow.Subscription {
    private final Flow.Subscriber<? super RowPairs.Entry> subscriber;
    private final PageWalk walk = new PageWalk(start);
    private final AtomicLong wanted = new AtomicLong();

    private final OneAtATime signalling = new OneAtATime(this::go);

    private volatile boolean cancelled;
    private volatile RuntimeException failure;
    private volatile RowPage arrived;

    // Of whoever signals.
    private boolean fetching;
    private boolean ended;

    Walker(Flow.Subscriber<? super RowPairs.Entry> subscriber) {
      this.subscriber = subscriber;
    }

    /** An empty walk is over without being asked for rows. */
    void subscribed() {
      signalling.run();
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        failure = new IllegalArgumentException(n + " rows were asked for; ask for 1 or more");
      } else {
        wanted.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      signalling.run();
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    private void go() {
      while (!cancelled && !ended) {
        RowPage page = arrived;
        if (page != null) {
          arrived = null;
          fetching = false;
          walk.arrived(page);
        }
        if (failure != null) {
          ended = true;
          subscriber.onError(failure);
        } else if (walk.hasRow()) {
          if (wanted.get() == 0) {
            return;
          }
          if (wanted.get() != Long.MAX_VALUE) {
            wanted.decrementAndGet();
          }
          subscriber.onNext(walk.take());
        } else if (walk.nextPage() == null) {
          ended = true;
          subscriber.onComplete();
        } else if (fetching || wanted.get() == 0) {
          return;
        } else {
          fetch();
        }
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is told to the subscriber
    private void fetch() {
      fetching = true;
      pages
          .page(walk.nextPage())
          .whenComplete(
              (page, cause) -> {
                if (cause == null) {
                  arrived = page;
                } else {
                  failure = Waiting.asHoldfastException(cause);
                }
                signalling.run();
              });
    }
  }
}
