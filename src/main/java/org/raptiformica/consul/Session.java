package org.raptiformica.consul;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A session: what holds locks, and what loses them when its node fails or it is no longer renewed. */
public record Session(String id, String name, String node, Terms terms) {

    /** What becomes of the locks, and of the entries they are on, when the session ends. */
    public enum Behavior {
        /** They are given back, the entries stay. */
        RELEASE,
        /** The entries are deleted. */
        DELETE
    }

    /**
     * When a session ends and what then.
     *
     * @param ttl the session ends when it is not renewed within this time (10 s to 24 h; Consul may take twice as
     *     long); none: it lasts until destroyed or a check fails
     * @param lockDelay for how long nobody gets a lock that a session lost without giving it back (0 to 60 s)
     * @param checks health checks of the node with which it ends; {@code serfHealth}: the node failed
     */
    public record Terms(Optional<Duration> ttl, Behavior behavior, Duration lockDelay, List<String> checks) {

        /** Ends with the node, has no time to live, gives locks back after 15 s: Consul's default. */
        public static Terms usual() {
            return new Terms(Optional.empty(), Behavior.RELEASE, Duration.ofSeconds(15), List.of("serfHealth"));
        }

        /** The same, to be renewed. */
        public Terms withTtl(Duration newTtl) {
            return new Terms(Optional.of(newTtl), behavior, lockDelay, checks);
        }

        /** The same with another behaviour. */
        public Terms with(Behavior newBehavior) {
            return new Terms(ttl, newBehavior, lockDelay, checks);
        }

        /** The same with another lock delay. */
        public Terms withLockDelay(Duration newDelay) {
            return new Terms(ttl, behavior, newDelay, checks);
        }

        JsonObject json(String name) {
            JsonObject json = new JsonObject();
            json.addProperty("Name", name);
            json.addProperty("Behavior", behavior == Behavior.DELETE ? "delete" : "release");
            json.addProperty("LockDelay", lockDelay.toMillis() + "ms");
            ttl.ifPresent(time -> json.addProperty("TTL", time.toMillis() + "ms"));
            JsonArray names = new JsonArray();
            checks.forEach(names::add);
            json.add("Checks", names);
            return json;
        }
    }

    static Session of(JsonObject json) {
        String ttl = Json.text(json, "TTL");
        Terms terms = new Terms(
                ttl.isEmpty() ? Optional.empty() : Optional.of(GoDuration.parse(ttl)),
                Json.text(json, "Behavior").equals("delete") ? Behavior.DELETE : Behavior.RELEASE,
                Duration.ofNanos(Json.number(json, "LockDelay")),
                Json.textList(json, "Checks"));
        return new Session(Json.text(json, "ID"), Json.text(json, "Name"), Json.text(json, "Node"), terms);
    }
}
