package org.raptiformica.provision.artifact;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** One place a binary may come from. */
public sealed interface ArtifactSource {

    /** The last part of its key, which orders the sources. */
    String key();

    /**
     * A binary that is on this machine already, found on the PATH and in the usual directories for programs.
     *
     * @param variable of the environment that names the file, before all others; where there is such a variable
     */
    record Installed(String key, Optional<String> variable) implements ArtifactSource {}

    /**
     * A package of this machine's own distribution, of another release too, checked with the distribution's signatures.
     *
     * @param name the package
     * @param architecture what the distribution calls the platform, as in {@code arm64}
     * @param suites the releases to try, in order
     * @param member the binary's path in the package, without a leading slash
     */
    record DistributionPackage(String key, String name, String architecture, List<String> suites, String member)
            implements ArtifactSource {}

    /**
     * A file of an official release: zip, deb, tar.gz, or the binary itself.
     *
     * @param member the binary's path in it, without a leading slash; empty for the binary itself
     * @param sha256 of the file; without one it is never fetched
     */
    record Release(String key, URI uri, String member, Optional<String> sha256) implements ArtifactSource {}
}
