package org.raptiformica.cli;

import java.util.Optional;

/** The version that the build wrote into the jar's manifest. */
final class Version {

    private Version() {}

    static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }
}
