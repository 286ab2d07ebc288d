package org.raptiformica.agent.route;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What follows from packets that come back through the mesh, or do not. A node counts from the first time that it answered:
 * one whose own packet filter drops what is sent here never does. One that is dead is not counted either: it has no link
 * with this node, and gossip does not hold it for alive.
 *
 * <p>An engine that answers all questions and carries nothing is told from one at the other end by how many nodes are
 * silent: more than half of them, and it is this node's; one alone, which others reach, and of the two ends the one with the
 * lesser address gives way. An engine that was restarted in vain is left alone until the silent ones have answered again.
 */
final class RouteHealth {

    /** After so long the links of a silent node are dialled anew. */
    static final Duration SILENT = Duration.ofSeconds(20);

    /** After so long of silence of more than half the engine is restarted. */
    static final Duration MOSTLY_SILENT = Duration.ofSeconds(60);

    /** After so long of silence of one alone the engine is restarted. */
    static final Duration ONE_SILENT = Duration.ofMinutes(5);

    /** Between two restarts. */
    static final Duration REST = Duration.ofMinutes(30);

    private final Map<String, Silence> nodes = new HashMap<>();
    private Optional<Instant> restarted = Optional.empty();

    /** A node that has answered before; empty while it does. */
    private record Silence(Optional<Instant> since, boolean redialled, boolean restartedFor) {
        static final Silence NONE = new Silence(Optional.empty(), false, false);
    }

    /** What is to be done. */
    sealed interface Verdict {

        /** Nothing. */
        record Fine() implements Verdict {}

        /** The links to these nodes are to be dialled anew. */
        record Redial(Set<String> addresses) implements Verdict {}

        /** The engine is to be restarted when it is this node's turn: see {@link RestartTurns}. */
        record Restart(String why) implements Verdict {}
    }

    /** What was seen at one look. Nodes are told by their mesh addresses. */
    record Look(String self, Map<String, Boolean> answered, Set<String> linked, Set<String> alive) {}

    /** Nodes that have to be asked at the next look. */
    Set<String> silent() {
        Set<String> silent = new HashSet<>();
        nodes.forEach((node, it) -> it.since().ifPresent(_ -> silent.add(node)));
        return silent;
    }

    Verdict after(Look look, Instant now) {
        nodes.keySet()
                .removeIf(node -> !look.linked().contains(node) && !look.alive().contains(node));
        look.answered().forEach((node, answered) -> {
            if (answered) {
                nodes.put(node, Silence.NONE);
            } else {
                nodes.computeIfPresent(
                        node, (_, it) -> it.since().isPresent() ? it : new Silence(Optional.of(now), false, false));
            }
        });
        return restart(look, now).or(() -> redial(look, now)).orElseGet(Verdict.Fine::new);
    }

    /** The restart that was asked for has happened. */
    void restarted(Instant now) {
        restarted = Optional.of(now);
        nodes.replaceAll((_, it) -> it.since().isPresent() ? new Silence(it.since(), true, true) : it);
    }

    private Optional<Verdict> restart(Look look, Instant now) {
        if (restarted.filter(then -> then.plus(REST).isAfter(now)).isPresent()) {
            return Optional.empty();
        }
        long asked =
                look.answered().keySet().stream().filter(nodes::containsKey).count();
        List<String> mostly = silentFor(MOSTLY_SILENT, now);
        if (!mostly.isEmpty() && mostly.size() * 2L > asked) {
            return Optional.of(new Verdict.Restart(
                    "%d of %d nodes have not answered for a minute, with links up".formatted(mostly.size(), asked)));
        }
        return silentFor(ONE_SILENT, now).stream()
                .filter(node -> look.alive().contains(node) && look.self().compareTo(node) < 0)
                .findFirst()
                .map(node -> new Verdict.Restart(node + ", which others reach, has not answered for five minutes"));
    }

    private List<String> silentFor(Duration time, Instant now) {
        List<String> silent = new ArrayList<>();
        nodes.forEach((node, it) -> it.since()
                .filter(since -> !it.restartedFor() && !since.plus(time).isAfter(now))
                .ifPresent(_ -> silent.add(node)));
        silent.sort(null);
        return silent;
    }

    private Optional<Verdict> redial(Look look, Instant now) {
        Set<String> due = new TreeSet<>(silentFor(SILENT, now));
        due.removeIf(node -> !look.linked().contains(node) || redialled(node));
        due.forEach(node -> nodes.computeIfPresent(node, (_, it) -> new Silence(it.since(), true, it.restartedFor())));
        return due.isEmpty() ? Optional.empty() : Optional.of(new Verdict.Redial(due));
    }

    private boolean redialled(String node) {
        return Optional.ofNullable(nodes.get(node)).filter(Silence::redialled).isPresent();
    }
}
