package org.raptiformica.mesh.yggdrasil;

import java.nio.file.Path;
import org.raptiformica.config.NodePaths;

/**
 * Where the engine's files are on a node.
 *
 * @param binary the program
 * @param config its configuration, with the private key
 * @param adminSocket where the running engine answers; at most 107 bytes long
 */
public record YggdrasilPlaces(Path binary, Path config, Path adminSocket) {

    /** The places on a node, with a program that was found or brought there. */
    public static YggdrasilPlaces on(NodePaths paths, Path binary) {
        return new YggdrasilPlaces(binary, paths.yggdrasilConfig(), paths.yggdrasilSocket());
    }
}
