package org.raptiformica.consul;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** User events ({@code /v1/event}), which gossip carries to every agent without a leader, each once as a rule. */
public final class Events {

    /** Gossip carries no more; Consul's own limit for name and payload together is a little higher. */
    private static final int MOST_BYTES = 350;

    private final Exchange exchange;

    Events(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Fires an event; its id.
     *
     * @throws IllegalArgumentException if name and payload are longer than 350 bytes
     */
    public String fire(String name, String payload) {
        if ((name + payload).getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new IllegalArgumentException("event " + name + " is longer than " + MOST_BYTES + " bytes");
        }
        Request request = Request.put("/v1/event/fire/" + KeyPath.segment(name)).sending(payload);
        return exchange.json(request, json -> Event.of(json.getAsJsonObject()).id());
    }

    /** The latest events of a name that the agent has seen, at most 256, oldest first. The index is a hash. */
    public Answer<List<Event>> list(String name, Read read) {
        return exchange.answer(
                Request.get("/v1/event/list").with("name", name), read, json -> Json.objects(json, Event::of));
    }
}
