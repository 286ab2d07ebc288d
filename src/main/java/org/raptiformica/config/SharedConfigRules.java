package org.raptiformica.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.raptiformica.failure.BadData;

/** What no change may do to the shared config, refused before anybody relies on it. */
public final class SharedConfigRules {

    /** The most bytes of all keys and values: every agent holds them several times, and agents are small. */
    public static final int MOST_BYTES = 2 << 20;

    private static final String WHERE = "the shared config";

    private SharedConfigRules() {}

    /**
     * Looks at changes of a mapping before they are made.
     *
     * @throws BadData when they could never be applied, or would take something away that a cluster cannot do without
     */
    public static void check(Mapping before, List<Change> changes) {
        ConfigOperation.check(changes);
        Mapping after = before;
        for (Change change : changes) {
            refuseAllNodes(before, change);
            after = change.appliedTo(after);
        }
        refuseToEmpty(before, after);
        refuseOtherSecrets(before, after);
        refuseTooMuch(before, after);
    }

    private static void refuseAllNodes(Mapping before, Change change) {
        boolean all = change instanceof Change.DeleteBelow(String prefix)
                && (Keys.NEIGHBOURS + "/").startsWith(ConfigOperation.withoutSlash(prefix) + "/");
        if (all && !before.below(Keys.NEIGHBOURS).isEmpty()) {
            throw new BadData(
                    WHERE,
                    "no node would be known any more, so that they all refused each other",
                    "Let single nodes go with `raptiformica leave`, and all with `raptiformica destroy` and `clean`.");
        }
    }

    private static void refuseToEmpty(Mapping before, Mapping after) {
        SortedSet<String> missing = after.missingParts();
        if (before.missingParts().isEmpty() && !missing.isEmpty()) {
            throw new BadData(
                    WHERE,
                    "it would have nothing below " + String.join(", ", missing) + " any more",
                    "Without server, compute and platform it is corrupt: leave something below each.");
        }
    }

    private static void refuseOtherSecrets(Mapping before, Mapping after) {
        Secrets.of(before).asMap().forEach((key, value) -> {
            if (!after.get(key).equals(Optional.of(value))) {
                throw new BadData(
                        "key '" + key + "'",
                        "it is what the nodes know each other by: with another one all of them would be cut off",
                        "A cluster keeps its engine and its secrets. Make a new one for others: see docs/consistency.md.");
            }
        });
    }

    private static void refuseTooMuch(Mapping before, Mapping after) {
        long bytes = bytes(after);
        if (bytes > MOST_BYTES && bytes > bytes(before)) {
            throw new BadData(
                    WHERE,
                    "it would have " + (bytes >> 10) + " KiB, it may have " + (MOST_BYTES >> 10),
                    "Keep large values somewhere else and their places here, or delete what nobody needs.");
        }
    }

    private static long bytes(Mapping mapping) {
        return mapping.asMap().entrySet().stream()
                .mapToLong(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                .sum();
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
