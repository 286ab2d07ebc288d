package org.raptiformica.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Stamp;
import org.raptiformica.consul.Operation;

/**
 * The merge rule, without a store: what an operation still changes in what is there. For each key the change with the
 * greatest stamp counts, a deletion like any other; a deletion of all below a prefix is one of each key there, also of those
 * that arrive later with an older stamp. A write without a stamp counts as made when it is seen: it beats an operation whose
 * author had not seen it, and yields to one whose author had.
 */
final class Merge {

    private final StampedConfig found;
    private final ConfigOperation operation;
    private final TreeMap<String, Outcome> outcomes = new TreeMap<>();

    /** What one key shall become; nothing for a deletion. */
    private record Outcome(Optional<String> value, Stamp at, boolean stamped) {}

    private Merge(StampedConfig found, ConfigOperation operation) {
        this.found = found;
        this.operation = operation;
    }

    /**
     * The writes that make the operation, in groups that belong into one transaction each. The operation's own deletions
     * of all below a prefix must be among {@link StampedConfig#below()} already.
     */
    static List<List<Operation>> writes(StampedConfig found, ConfigOperation operation) {
        return new Merge(found, operation).writes();
    }

    /** The prefixes whose deletion has yet to be entered, with its stamp. */
    static SortedMap<String, Stamp> deletionsToEnter(StampedConfig found, ConfigOperation operation) {
        SortedMap<String, Stamp> missing = new TreeMap<>();
        for (int i = 0; i < operation.changes().size(); i++) {
            if (operation.changes().get(i) instanceof Change.DeleteBelow(String prefix)) {
                String bare = bare(prefix);
                Stamp at = operation.at().plus(i);
                StampedConfig.Entry present = found.below().get(bare);
                if (present == null || present.at().compareTo(at) < 0) {
                    missing.put(bare, at);
                }
            }
        }
        return missing;
    }

    private List<List<Operation>> writes() {
        List<List<Operation>> groups = new ArrayList<>();
        SortedSet<String> checked = new TreeSet<>();
        for (int i = 0; i < operation.changes().size(); i++) {
            Stamp at = operation.at().plus(i);
            switch (operation.changes().get(i)) {
                case Change.Set(String key, String value) -> one(key, Optional.of(value), at, checked);
                case Change.Delete(String key) -> one(key, Optional.empty(), at, checked);
                case Change.DeleteBelow(String prefix) -> all(bare(prefix), at);
            }
        }
        checked.stream()
                .filter(key -> !outcomes.containsKey(key))
                .forEach(key -> groups.add(List.of(
                        same(key, found.stored().modifyIndex(key)),
                        same(StampedConfig.stampKey(key), found.stampIndex(key)))));
        outcomes.forEach((key, outcome) -> groups.add(group(key, outcome)));
        return groups;
    }

    private void one(String key, Optional<String> value, Stamp at, Set<String> checked) {
        if (unseen(key)) {
            checked.add(key);
        } else if (at.compareTo(standing(key)) > 0) {
            outcomes.put(key, new Outcome(value, at, true));
        }
    }

    private void all(String prefix, Stamp at) {
        outcomes.replaceAll((key, outcome) ->
                key.startsWith(prefix + "/") ? new Outcome(Optional.empty(), at, outcome.stamped()) : outcome);
        for (String key : found.stored().mapping().below(prefix).asMap().keySet()) {
            // A key that was set later, or written by somebody whom the author did not know of, stays.
            if (!unseen(key) && at.compareTo(ownStamp(key)) > 0 && !outcomes.containsKey(key)) {
                outcomes.put(key, new Outcome(Optional.empty(), at, false));
            }
        }
    }

    /** Whether somebody who leaves no stamps wrote the key after the author last looked. */
    private boolean unseen(String key) {
        return found.plainlyWritten(key) && found.stored().modifyIndex(key) > operation.base();
    }

    private Stamp ownStamp(String key) {
        StampedConfig.Entry entry = found.stamps().get(key);
        return entry == null || found.plainlyWritten(key) ? Stamp.NONE : entry.at();
    }

    /** The stamp that a change of the key has to beat. */
    private Stamp standing(String key) {
        return ownStamp(key).or(found.deletedAbove(key));
    }

    private List<Operation> group(String key, Outcome outcome) {
        List<Operation> group = new ArrayList<>();
        long index = found.stored().modifyIndex(key);
        group.add(outcome.value()
                .<Operation>map(value -> new Operation.SetIf(key, value, index))
                .orElseGet(() -> index == 0 ? same(key, 0) : new Operation.DeleteIf(key, index)));
        String stampKey = StampedConfig.stampKey(key);
        if (outcome.stamped()) {
            group.add(new Operation.SetIf(stampKey, outcome.at().text(), found.stampIndex(key)));
        } else if (found.stampIndex(key) > 0) {
            // The deletion above it speaks for it from now on.
            group.add(new Operation.DeleteIf(stampKey, found.stampIndex(key)));
        }
        return group;
    }

    private static Operation same(String key, long index) {
        return index == 0 ? new Operation.CheckAbsent(key) : new Operation.CheckIndex(key, index);
    }

    private static String bare(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}
