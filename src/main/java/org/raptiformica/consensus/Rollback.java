package org.raptiformica.consensus;

import java.util.List;
import java.util.stream.Stream;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;

/**
 * The way of the shared config back to an earlier state. Which nodes there are is no matter of the past: their entries, and
 * the marks of those that are leaving, stay as they are now.
 *
 * @param earlier the shared config as it was
 * @param now the shared config as it is
 */
public record Rollback(Mapping earlier, Mapping now) {

    private static final List<String> OF_THE_PRESENT = List.of(Keys.NEIGHBOURS, Keys.LEAVING);

    /** What it changes in all, for people. */
    public List<Change> changes() {
        Mapping after = earlier;
        for (Change change : kept()) {
            after = change.appliedTo(after);
        }
        return Change.between(now, after);
    }

    /** What has to be changed in the earlier state so that it has the nodes of now. */
    public List<Change> kept() {
        return OF_THE_PRESENT.stream()
                .flatMap(prefix -> between(earlier.below(prefix), now.below(prefix)))
                .toList();
    }

    private static Stream<Change> between(Mapping before, Mapping after) {
        return Change.between(before, after).stream();
    }
}
