package org.raptiformica.consul;

import java.time.Duration;
import java.util.function.Function;

/**
 * Reads again and again, each time as soon as something changed. It follows the rules of Consul's documentation on
 * blocking queries: an index that goes backwards (a restored snapshot, a new leader's store) starts anew, and one below
 * 1 counts as 1 so that a faulty answer makes no busy loop.
 *
 * <p>Consul may answer without a change; after a start anew the same value comes twice. Not thread-safe.
 */
public final class BlockingQuery<T> {

    private final Function<Read, Answer<T>> query;
    private final Consistency consistency;
    private final Duration wait;
    private long index;

    /**
     * @param query one read, such as {@code read -> store.getBelow("a/", read)}
     * @param wait the longest time that {@link #next()} waits for a change
     */
    public BlockingQuery(Function<Read, Answer<T>> query, Consistency consistency, Duration wait) {
        this.query = query;
        this.consistency = consistency;
        this.wait = wait;
    }

    /**
     * The first call answers at once, later ones when something changed or the wait is over. An interrupt ends it at
     * once. After an exception the next call goes on from the last answer.
     */
    public Answer<T> next() {
        Answer<T> answer = query.apply(Read.of(consistency).after(index, wait));
        long found = answer.index() == 0 ? 1 : answer.index();
        index = Long.compareUnsigned(found, index) < 0 ? 0 : found;
        return answer;
    }
}
