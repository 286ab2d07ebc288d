package org.raptiformica.mesh.yggdrasil;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a Yggdrasil program. Versions of one minor number speak the same protocol, others do not. */
record YggdrasilVersion(int major, int minor, int patch) implements Comparable<YggdrasilVersion> {

    /** The first whose links have passwords, and the only protocol this program knows. */
    static final YggdrasilVersion FIRST = new YggdrasilVersion(0, 5, 0);

    /** The first that knows {@code GroupPassword}. */
    static final YggdrasilVersion GROUP_PASSWORD = new YggdrasilVersion(0, 5, 14);

    private static final Pattern PRINTED =
            Pattern.compile("(?m)^Build version:\\s*v?(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

    /** What {@code yggdrasil -version} printed. */
    static Optional<YggdrasilVersion> printed(String text) {
        Matcher found = PRINTED.matcher(text);
        return found.find()
                ? Optional.of(new YggdrasilVersion(number(found, 1), number(found, 2), number(found, 3)))
                : Optional.empty();
    }

    private static int number(Matcher found, int group) {
        return Integer.parseInt(found.group(group));
    }

    boolean isAtLeast(YggdrasilVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(YggdrasilVersion other) {
        return Comparator.comparingInt(YggdrasilVersion::major)
                .thenComparingInt(YggdrasilVersion::minor)
                .thenComparingInt(YggdrasilVersion::patch)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
