package org.raptiformica.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who reached whom over the mesh, and after how many seconds: what a topology's test waits for, and leaves as a table. */
final class Reached {

    private static final Instant BEGIN =
            ProcessHandle.current().info().startInstant().orElseThrow();
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Map<String, Map<String, Double>> seconds = new TreeMap<>();
    private final List<String> missing = new ArrayList<>();

    private Reached() {}

    /** Waits until every one of the nodes has seen all of them alive and had an answer from each, and prints when. */
    static void all(String what, Duration limit, List<? extends SeenNode> nodes) {
        Reached reached = new Reached();
        long begin = System.nanoTime();
        Map<String, String> addresses = reached.known(nodes, begin + limit.toNanos());
        while (!reached.complete(nodes, addresses, begin)) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                throw new AssertionError(what + ": not within " + limit.toSeconds() + " s: " + reached.missing + "\n"
                        + reached.table(what, nodes) + told(nodes));
            }
            pause();
        }
        keep(reached.table(what, nodes));
    }

    private Map<String, String> known(List<? extends SeenNode> nodes, long end) {
        while (true) {
            for (SeenNode node : nodes) {
                Map<String, String> addresses = node.addresses();
                if (nodes.stream().map(SeenNode::name).allMatch(addresses::containsKey)) {
                    return addresses;
                }
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("no node knows all of "
                        + nodes.stream().map(SeenNode::name).toList() + told(nodes));
            }
            pause();
        }
    }

    private boolean complete(List<? extends SeenNode> nodes, Map<String, String> addresses, long begin) {
        missing.clear();
        for (SeenNode from : nodes) {
            Map<String, Double> row = seconds.computeIfAbsent(from.name(), _ -> new TreeMap<>());
            List<SeenNode> others = nodes.stream()
                    .filter(to -> !to.name().equals(from.name()) && !row.containsKey(to.name()))
                    .map(SeenNode.class::cast)
                    .toList();
            Set<String> answering = answering(
                    from, others.stream().map(to -> addresses.get(to.name())).toList());
            for (SeenNode to : others) {
                if (answering.contains(addresses.get(to.name()))) {
                    row.put(to.name(), (System.nanoTime() - begin) / 1e9);
                } else {
                    missing.add(from.name() + " does not reach " + to.name());
                }
            }
            Map<String, String> members = from.members();
            nodes.stream()
                    .filter(to -> !"alive".equals(members.get(to.name())))
                    .forEach(to -> missing.add(from.name() + " does not see " + to.name() + " alive"));
        }
        return missing.isEmpty();
    }

    /** All are asked at the same time. */
    private static Set<String> answering(SeenNode from, List<String> addresses) {
        return addresses.isEmpty()
                ? Set.of()
                : from.inside()
                        .asked("for a in " + String.join(" ", addresses)
                                + "; do { ping -6 -c 1 -W 1 $a >/dev/null 2>&1 && echo $a; } & done; wait")
                        .lines()
                        .collect(Collectors.toSet());
    }

    private String table(String what, List<? extends SeenNode> nodes) {
        StringBuilder text = new StringBuilder(what + ": seconds until the first answer\n" + pad("from \\ to"));
        nodes.forEach(to -> text.append(pad(to.name())));
        for (SeenNode from : nodes) {
            text.append('\n').append(pad(from.name()));
            for (SeenNode to : nodes) {
                Double at = seconds.getOrDefault(from.name(), Map.of()).get(to.name());
                text.append(pad(at == null ? "-" : String.format(Locale.ROOT, "%.1f", at)));
            }
        }
        return text.append('\n').toString();
    }

    private static String pad(String text) {
        return String.format("%-12s", text);
    }

    private static String told(List<? extends SeenNode> nodes) {
        StringBuilder text = new StringBuilder();
        for (SeenNode node : nodes) {
            text.append("\n--- ").append(node.name()).append(", its members and the end of its agent's log\n");
            text.append(node.shell(
                    "consul members 2>&1; ip -br addr; tail -n 25 /var/log/raptiformica/agent.log 2>&1 || true"));
        }
        return text.toString();
    }

    /** What an earlier run left is no table of this one. */
    private static synchronized void keep(String table) {
        try {
            Path report = Path.of("target/it-reached.txt");
            Files.createDirectories(report.toAbsolutePath().getParent());
            if (Files.exists(report)
                    && Files.getLastModifiedTime(report).toInstant().isBefore(BEGIN)) {
                Files.delete(report);
            }
            Files.writeString(report, table + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            System.out.println(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
