package org.raptiformica.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.raptiformica.it.ChaosFault.Reach;

/** What is going to happen to whom and when: the same for the same seed. */
record ChaosPlan(List<Step> steps) {

    private static final int LATEST_SECOND_MILLIS = 6000;

    /** A fault, the nodes it befalls, by their places, and how long after the begin of its step. */
    record Blow(ChaosFault fault, List<Integer> victims, Duration after) {

        @Override
        public String toString() {
            return fault.words() + " ("
                    + victims.stream().map(it -> "n%02d".formatted(it + 1)).collect(Collectors.joining(" ")) + ")";
        }
    }

    /** One fault, or two of which the second comes while the first lasts or is being mended. */
    record Step(List<Blow> blows) {

        /** The kind that its outage is counted for. */
        String kind() {
            return blows.size() > 1
                    ? "two of these, one while the other lasts"
                    : blows.getFirst().fault().words();
        }

        @Override
        public String toString() {
            return blows.stream()
                    .map(blow -> blow.after().isZero()
                            ? blow.toString()
                            : "after " + blow.after().toMillis() + " ms " + blow)
                    .collect(Collectors.joining(", "));
        }
    }

    /**
     * Every kind comes before one comes again.
     *
     * @param overlap how likely it is, from 0 to 1, that a fault that may come while another lasts does so
     */
    static ChaosPlan of(long seed, int nodes, int faults, double overlap) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        for (ChaosFault fault : sequence(faults, random)) {
            Optional<Step> both = steps.isEmpty() || random.nextDouble() >= overlap
                    ? Optional.empty()
                    : joined(steps.getLast(), fault, nodes, random);
            if (both.isPresent()) {
                steps.set(steps.size() - 1, both.get());
            } else {
                steps.add(new Step(List.of(new Blow(fault, victims(fault, nodes, random), Duration.ZERO))));
            }
        }
        return new ChaosPlan(steps);
    }

    private static List<ChaosFault> sequence(int faults, Random random) {
        List<ChaosFault> sequence = new ArrayList<>();
        while (sequence.size() < faults) {
            List<ChaosFault> kinds = new ArrayList<>(List.of(ChaosFault.values()));
            Collections.shuffle(kinds, random);
            sequence.addAll(kinds.subList(0, Math.min(kinds.size(), faults - sequence.size())));
        }
        return sequence;
    }

    private static List<Integer> victims(ChaosFault fault, int nodes, Random random) {
        List<Integer> all = shuffled(nodes, random);
        return switch (fault.reach()) {
            case PROCESS, MACHINE -> List.of(all.getFirst());
            case SOME -> List.copyOf(all.subList(0, nodes == 2 ? 1 : 2 + random.nextInt(nodes - 2)));
            case ALL -> List.copyOf(all);
        };
    }

    private static List<Integer> shuffled(int nodes, Random random) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, nodes).boxed().toList());
        Collections.shuffle(all, random);
        return all;
    }

    /** With another node as its victim: nothing can be done to one that is off. */
    private static Optional<Step> joined(Step step, ChaosFault fault, int nodes, Random random) {
        Blow first = step.blows().getFirst();
        List<Integer> free = shuffled(nodes, random);
        free.removeAll(first.victims());
        if (step.blows().size() > 1 || fault.reach() != Reach.PROCESS || free.isEmpty()) {
            return Optional.empty();
        }
        Duration after = Duration.ofMillis(1 + random.nextInt(LATEST_SECOND_MILLIS));
        return Optional.of(new Step(List.of(first, new Blow(fault, List.of(free.getFirst()), after))));
    }
}
