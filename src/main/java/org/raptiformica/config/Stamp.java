package org.raptiformica.config;

import java.util.Comparator;

/**
 * When and by whom a change was made: a hybrid logical clock. Stamps are in one order for all; of two changes of a key the
 * one with the greater stamp counts. An author's stamps only grow, and are greater than every stamp that it has seen,
 * whatever its clock says.
 *
 * @param millis since 1970, by the author's clock or by a later stamp that it has seen
 * @param counter tells changes of the same millisecond apart
 * @param author who made the change; decides between two that are equal else
 */
public record Stamp(long millis, long counter, String author) implements Comparable<Stamp> {

    /** Earlier than all others. */
    public static final Stamp NONE = new Stamp(0, 0, "-");

    private static final Comparator<Stamp> ORDER = Comparator.comparingLong(Stamp::millis)
            .thenComparingLong(Stamp::counter)
            .thenComparing(Stamp::author);

    /** Refuses an author that the text, or the name of a key, could not hold. */
    public Stamp {
        if (!Keys.isName(author) || author.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("'" + author + "' is no author");
        }
    }

    /** The stamp for the next change of an author that has seen this one. */
    public Stamp next(long nowMillis, String by) {
        return nowMillis > millis ? new Stamp(nowMillis, 0, by) : new Stamp(millis, counter + 1, by);
    }

    /** The stamp of a change some places further on in the same operation. */
    public Stamp plus(int places) {
        return new Stamp(millis, counter + places, author);
    }

    /** The later of two. */
    public Stamp or(Stamp other) {
        return compareTo(other) >= 0 ? this : other;
    }

    @Override
    public int compareTo(Stamp other) {
        return ORDER.compare(this, other);
    }

    /** As it is kept: {@code MILLIS COUNTER AUTHOR}. */
    public String text() {
        return millis + " " + counter + " " + author;
    }

    /**
     * The reverse of {@link #text()}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Stamp parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is no stamp");
        }
        return new Stamp(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }
}
