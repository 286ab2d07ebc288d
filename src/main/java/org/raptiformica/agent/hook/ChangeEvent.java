package org.raptiformica.agent.hook;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.config.Neighbour;

/** What handlers of the hook {@code cluster_change} are told. */
final class ChangeEvent {

    /** The Consul event that fires the hook. */
    static final String FIRED = "notify_cluster_change";

    private ChangeEvent() {}

    /**
     * The changes as the event that hook handlers read from their standard input.
     *
     * @param fired whether the Consul event was fired, by hand or by another program
     */
    static JsonObject of(List<JsonObject> changes, boolean fired) {
        JsonArray list = new JsonArray();
        changes.forEach(list::add);
        JsonObject event = new JsonObject();
        event.add("changes", list);
        if (fired) {
            event.addProperty("event", FIRED);
        }
        return event;
    }

    /** The event with the names of those members that the shared config knows: people know nodes by these. */
    static JsonObject named(JsonObject event, List<Neighbour> nodes) {
        Map<String, String> names = new HashMap<>();
        nodes.forEach(node -> names.put(node.meshAddress(), node.name()));
        JsonObject named = event.deepCopy();
        for (JsonElement element : named.getAsJsonArray("changes")) {
            JsonObject change = element.getAsJsonObject();
            Optional.ofNullable(names.get(change.get("member").getAsString()))
                    .ifPresent(name -> change.addProperty("name", name));
        }
        return named;
    }
}
