package org.raptiformica.cluster.notice;

import com.google.gson.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.raptiformica.consul.AgentMember;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;

/**
 * Decides which node tells of a change. Every node sees every change and claims it in the store by compare-and-set: who
 * comes first tells, so that there is one message, and there is one as long as any node has seen the change. While the
 * store takes no writes the alive node whose name sorts first tells.
 */
public final class Speaker {

    /** Nodes hear of a change within seconds of each other; the same news after that is news again. */
    private static final long SAME_SECONDS = 10;

    /**
     * What is so already is no news for that long: a node that was cut off sees it late. After it the change in between
     * was not told, as while the store was away.
     */
    private static final long SO_SECONDS = 300;

    private static final String TOLD = "raptiformica_notifications/told/";
    private static final String BY_HAND = "by_hand";
    private static final int ATTEMPTS = 5;
    private static final int REMEMBERED = 4;
    private static final Pattern BLANK = Pattern.compile(" ");

    private final ConsulClient consul;
    private final InstantSource clock;

    /** Through this node's Consul. */
    public Speaker(ConsulClient consul, InstantSource clock) {
        this.consul = consul;
        this.clock = clock;
    }

    /** What this node is to tell of an event of the hook {@code cluster_change}; nothing where another one does. */
    public Optional<String> claim(JsonObject event) {
        List<JsonObject> changes = changes(event);
        if (changes.isEmpty()) {
            return mine(BY_HAND, "event") ? Optional.of(text(changes)) : Optional.empty();
        }
        List<JsonObject> mine = changes.stream()
                .filter(change -> mine(text(change, "member"), text(change, "status")))
                .toList();
        return mine.isEmpty() ? Optional.empty() : Optional.of(text(mine));
    }

    /** An event in words. */
    static String text(JsonObject event) {
        return text(changes(event));
    }

    private static String text(List<JsonObject> changes) {
        return changes.isEmpty()
                ? "something changed in the cluster"
                : changes.stream()
                        .map(change -> text(change, "member") + " is " + text(change, "status"))
                        .collect(Collectors.joining(", "));
    }

    private static String text(JsonObject change, String field) {
        return change.get(field).getAsString();
    }

    private static List<JsonObject> changes(JsonObject event) {
        List<JsonObject> changes = new ArrayList<>();
        if (event.has("changes")) {
            event.getAsJsonArray("changes").forEach(change -> changes.add(change.getAsJsonObject()));
        }
        return changes;
    }

    private boolean mine(String member, String status) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<KeyValue> before = consul.kv().get(TOLD + member);
                String history = before.map(KeyValue::text).orElse("");
                if (isTold(history, member, status)) {
                    return false;
                }
                long index = before.map(KeyValue::modifyIndex).orElse(0L);
                if (consul.kv().putIf(TOLD + member, appended(history, status), index)) {
                    return true;
                }
            }
            return false;
        } catch (ConsulException noQuorum) {
            return isFirst();
        }
    }

    /** The history is a list of {@code status@second}, the newest last. */
    private boolean isTold(String history, String member, String status) {
        List<String> entries = BLANK.splitAsStream(history).toList();
        boolean isSo = !member.equals(BY_HAND) && isWithin(SO_SECONDS, entries.getLast(), status);
        return isSo || entries.stream().anyMatch(entry -> isWithin(SAME_SECONDS, entry, status));
    }

    private boolean isWithin(long seconds, String entry, String status) {
        return entry.startsWith(status + "@")
                && Math.abs(now() - Long.parseLong(entry.substring(status.length() + 1))) < seconds;
    }

    private String appended(String history, String status) {
        List<String> entries = Stream.concat(
                        BLANK.splitAsStream(history).filter(entry -> !entry.isEmpty()), Stream.of(status + "@" + now()))
                .toList();
        return String.join(" ", entries.subList(Math.max(0, entries.size() - REMEMBERED), entries.size()));
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private boolean isFirst() {
        try {
            String own = consul.agent().self().nodeName();
            return consul.agent().members().stream()
                    .filter(member -> member.status() == AgentMember.MemberStatus.ALIVE)
                    .map(AgentMember::name)
                    .min(String::compareTo)
                    .equals(Optional.of(own));
        } catch (ConsulException alone) {
            return false;
        }
    }
}
