package org.raptiformica.it;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who was the elected agent and what it did as such, from what all agents logged. */
record ChaosLeads(List<Lead> leads, List<Decision> decisions) {

    private static final Pattern LEAD = Pattern.compile("(\\S+) roles: this agent decides \\(token (\\d+)\\)");
    private static final Pattern DECISION =
            Pattern.compile("(\\S+) roles: \\S+ is to be .*; token (\\d+), index (\\d+)\\)");
    private static final Pattern REMOVAL = Pattern.compile("(\\S+) roles: the store does without .*; token (\\d+)\\)");

    /** The begin of a lead. */
    record Lead(String node, Instant at, long token) {}

    /**
     * Something that was done in the name of a lead.
     *
     * @param index its place in the store, 0 where it has none there
     */
    record Decision(String node, Instant at, long token, long index) {}

    static ChaosLeads of(Map<String, String> logs) {
        List<Lead> leads = new ArrayList<>();
        List<Decision> decisions = new ArrayList<>();
        logs.forEach((node, log) -> {
            LEAD.matcher(log)
                    .results()
                    .forEach(it -> leads.add(new Lead(node, Instant.parse(it.group(1)), Long.parseLong(it.group(2)))));
            for (Pattern pattern : List.of(DECISION, REMOVAL)) {
                Matcher found = pattern.matcher(log);
                while (found.find()) {
                    long index = found.groupCount() < 3 ? 0 : Long.parseLong(found.group(3));
                    decisions.add(
                            new Decision(node, Instant.parse(found.group(1)), Long.parseLong(found.group(2)), index));
                }
            }
        });
        leads.sort(Comparator.comparingLong(Lead::token));
        return new ChaosLeads(leads, decisions);
    }

    /** What would show that two acted at once: empty if at every moment one did at most. */
    List<String> overlaps() {
        List<String> overlaps = new ArrayList<>();
        Map<Long, String> holders = new TreeMap<>();
        for (Lead lead : leads) {
            String other = holders.putIfAbsent(lead.token(), lead.node());
            if (other != null && !goesOn(lead, other)) {
                overlaps.add("token " + lead.token() + " is of " + other + " and of " + lead.node());
            }
        }
        decisions.stream()
                .filter(it -> !it.node().equals(holders.getOrDefault(it.token(), it.node())))
                .forEach(it -> overlaps.add(it + " has the token of " + holders.get(it.token())));
        overlaps.addAll(againstTheStoresOrder());
        overlaps.addAll(afterTheNextBegan());
        return overlaps;
    }

    /**
     * One lead told twice: for a while the agent could not renew the session that holds the lock, and nobody else had it
     * meanwhile.
     */
    private boolean goesOn(Lead again, String holder) {
        return holder.equals(again.node())
                && leads.stream()
                        .noneMatch(it -> it.token() > again.token() && it.at().isBefore(again.at()));
    }

    /** How many leads there were, one after the other. */
    long count() {
        return leads.stream().mapToLong(Lead::token).distinct().count();
    }

    /** The store's order is beyond doubt, however late a process that stood still logs what it did. */
    private List<String> againstTheStoresOrder() {
        List<Decision> ordered = decisions.stream()
                .filter(it -> it.index() > 0)
                .sorted(Comparator.comparingLong(Decision::index))
                .toList();
        List<String> wrong = new ArrayList<>();
        for (int i = 1; i < ordered.size(); i++) {
            if (ordered.get(i).token() < ordered.get(i - 1).token()) {
                wrong.add(ordered.get(i) + " comes after " + ordered.get(i - 1));
            }
        }
        return wrong;
    }

    /** For what has no place in the store: all nodes have the clock of the machine that they run on. */
    private List<String> afterTheNextBegan() {
        List<String> wrong = new ArrayList<>();
        for (Decision removal : decisions.stream().filter(it -> it.index() == 0).toList()) {
            leads.stream()
                    .filter(lead -> lead.token() > removal.token() && lead.at().isBefore(removal.at()))
                    .forEach(lead -> wrong.add(removal + " comes after " + lead));
        }
        return wrong;
    }
}
