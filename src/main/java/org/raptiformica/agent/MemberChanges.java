package org.raptiformica.agent;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.consensus.Member;

/** Tells what became of the members between two looks. Not thread-safe. */
final class MemberChanges {

    private Optional<Map<String, String>> before = Optional.empty();

    /** Who joined, failed, left or came back since the last call; nothing at the first. */
    List<JsonObject> since(List<Member> members) {
        Map<String, String> now = new HashMap<>();
        members.forEach(member -> now.put(member.node(), member.status().name().toLowerCase(Locale.ROOT)));
        Map<String, String> then = before.orElse(now);
        before = Optional.of(now);
        List<JsonObject> changes = new ArrayList<>();
        now.forEach((node, status) -> {
            if (!status.equals(then.get(node))) {
                changes.add(change(node, status));
            }
        });
        then.keySet().stream()
                .filter(node -> !now.containsKey(node))
                .forEach(node -> changes.add(change(node, "gone")));
        return changes;
    }

    private static JsonObject change(String node, String status) {
        JsonObject change = new JsonObject();
        change.addProperty("member", node);
        change.addProperty("status", status);
        return change;
    }

    /** The changes as the event that hook handlers read from their standard input. */
    static JsonObject event(List<JsonObject> changes) {
        JsonArray list = new JsonArray();
        changes.forEach(list::add);
        JsonObject event = new JsonObject();
        event.add("changes", list);
        return event;
    }
}
