package org.raptiformica.consul;

import java.net.URI;
import java.time.Duration;

/**
 * Consul's HTTP API at one agent, in parts. Every request has a connection of its own and a time limit; nothing is
 * repeated on its own. Thread-safe; any thread that waits can be interrupted and stops at once.
 *
 * <p>All methods of all parts throw {@link ConsulException}.
 */
public final class ConsulClient {

    /** Longer than the seven seconds for which an agent holds a request when there is no leader. */
    public static final Duration USUAL_LIMIT = Duration.ofSeconds(10);

    private final Exchange exchange;

    /** With the usual limit for a request. */
    public ConsulClient(URI http) {
        this(http, USUAL_LIMIT);
    }

    /**
     * @param http the agent's address, such as {@code http://127.0.0.1:8500}
     * @param limit the longest time for a request, to which the wait of a blocking query is added
     */
    public ConsulClient(URI http, Duration limit) {
        this.exchange = new Exchange(new Http(http, limit));
    }

    /** The key-value store. */
    public KeyValueStore kv() {
        return new KeyValueStore(exchange);
    }

    /** The agent that answers, and the members it sees. */
    public LocalAgent agent() {
        return new LocalAgent(exchange);
    }

    /** Leader, peers and their change. */
    public RaftOperator raft() {
        return new RaftOperator(exchange);
    }

    /** Sessions, which hold locks. */
    public Sessions sessions() {
        return new Sessions(exchange);
    }

    /** User events. */
    public Events events() {
        return new Events(exchange);
    }

    /** What the servers know of nodes, services and their checks. */
    public Catalog catalog() {
        return new Catalog(exchange);
    }

    /** The whole state of the store, saved and restored. */
    public Snapshots snapshots() {
        return new Snapshots(exchange);
    }
}
