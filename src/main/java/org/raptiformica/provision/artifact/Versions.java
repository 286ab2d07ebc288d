package org.raptiformica.provision.artifact;

import java.util.Arrays;

/** Comparing dotted versions number by number. */
final class Versions {

    private Versions() {}

    static boolean atLeast(String version, String minimum) {
        int[] found = numbers(version);
        int[] wanted = numbers(minimum);
        for (int i = 0; i < wanted.length; i++) {
            int number = i < found.length ? found[i] : 0;
            if (number != wanted[i]) {
                return number > wanted[i];
            }
        }
        return true;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[^0-9]+", -1))
                .filter(part -> !part.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
