package org.raptiformica.mesh.cjdns;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The cjdroute of this machine: no package of it exists for Debian, so that there may be none. */
public final class RealCjdroute {

    private static final String SKIPPED =
            "skipped: there is no cjdroute on this machine; put one on the PATH, or name it: CJDROUTE=FILE";

    private RealCjdroute() {}

    /** From the environment variable CJDROUTE, else the PATH. */
    public static Optional<Path> find() {
        return Stream.concat(
                        Stream.ofNullable(System.getenv("CJDROUTE")),
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                                .map(directory -> directory + "/cjdroute"))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Skips the test, and says in one line that it was and why, where there is none. */
    public static Path required() {
        Optional<Path> found = find();
        if (found.isEmpty()) {
            System.out.println(SKIPPED);
        }
        assumeTrue(found.isPresent(), SKIPPED);
        return found.orElseThrow();
    }
}
