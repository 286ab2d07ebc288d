package org.raptiformica.provision.artifact;

import java.nio.file.Path;

/**
 * A binary in the store, as it is on disk.
 *
 * @param machine what {@code uname -m} says on machines that it runs on
 * @param file the binary
 * @param sha256 of the binary, in hex digits
 * @param packed the same binary packed by gzip, for transfers
 */
public record StoredArtifact(String tool, String machine, Path file, String sha256, Path packed) {

    /** Its place below an artifacts directory, {@code MACHINE/TOOL/BINARY}. */
    public String place() {
        return String.join("/", machine, tool, file.getFileName().toString());
    }
}
