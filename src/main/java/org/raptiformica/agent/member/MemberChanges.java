package org.raptiformica.agent.member;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.consensus.Member;

/** Tells what became of the members between two looks. Not thread-safe. */
final class MemberChanges {

    /** A Consul that was started anew knows itself alone for a moment, and the others again a second later. */
    static final Duration MISSING = Duration.ofSeconds(30);

    private final InstantSource clock;
    private Optional<Map<String, String>> before;
    private final Map<String, Instant> missing = new HashMap<>();

    /**
     * @param before what was told last, if anything was
     * @param clock one that does not jump
     */
    MemberChanges(Optional<Map<String, String>> before, InstantSource clock) {
        this.before = before.map(Map::copyOf);
        this.clock = clock;
    }

    /** Who joined, failed, left or came back since the last call; nothing at the first where nothing was told before. */
    List<JsonObject> since(List<Member> members) {
        Map<String, String> now = new HashMap<>();
        members.forEach(member -> now.put(member.node(), member.status().name().toLowerCase(Locale.ROOT)));
        Map<String, String> then = before.orElse(now);
        keepMissing(now, then);
        before = Optional.of(Map.copyOf(now));
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

    /** The members as of the last call. */
    Map<String, String> view() {
        return before.orElse(Map.of());
    }

    private void keepMissing(Map<String, String> now, Map<String, String> then) {
        missing.keySet().retainAll(then.keySet());
        missing.keySet().removeAll(now.keySet());
        Instant time = clock.instant();
        then.forEach((node, status) -> {
            if (!now.containsKey(node)
                    && missing.computeIfAbsent(node, _ -> time).plus(MISSING).isAfter(time)) {
                now.put(node, status);
            }
        });
    }

    private static JsonObject change(String node, String status) {
        JsonObject change = new JsonObject();
        change.addProperty("member", node);
        change.addProperty("status", status);
        return change;
    }
}
