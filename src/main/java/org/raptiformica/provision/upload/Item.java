package org.raptiformica.provision.upload;

import java.nio.file.Path;

/**
 * One thing to deliver, as receive.sh knows it.
 *
 * @param kind {@code program}, {@code artifact}, {@code config}, {@code module} or {@code repository}
 * @param sha256 what the machine checks and remembers it by
 * @param path its place below the machine's cache directory
 * @param member its name in the stream
 * @param file what is sent
 */
record Item(String kind, String sha256, String path, String member, Path file) {

    /** What people call the step. */
    String step() {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return switch (kind) {
            case "program", "config" -> kind;
            case "artifact" -> "artifact " + path.split("/", -1)[2];
            default -> kind + " " + name;
        };
    }

    String manifestLine() {
        return String.join(" ", kind, sha256, path) + "\n";
    }
}
