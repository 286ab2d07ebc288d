package org.raptiformica.mesh.cjdns;

import java.nio.file.Path;
import org.raptiformica.config.NodePaths;

/**
 * Where the engine's files are on a node.
 *
 * @param binary the program, cjdroute
 * @param config its configuration, with the private key
 * @param pipe the socket through which its two processes find each other; at most 107 bytes long
 */
public record CjdnsPlaces(Path binary, Path config, Path pipe) {

    /** The places on a node, with a program that was found or brought there. */
    public static CjdnsPlaces on(NodePaths paths, Path binary) {
        return new CjdnsPlaces(binary, paths.cjdnsConfig(), paths.run().resolve("cjdroute.pipe"));
    }
}
