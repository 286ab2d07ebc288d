package org.raptiformica.agent;

import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.Host;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.yggdrasil.YggdrasilEngine;
import org.raptiformica.mesh.yggdrasil.YggdrasilPlaces;

/** The mesh engines that this program knows. */
final class Engines {

    private Engines() {}

    /** The engine that the cluster uses, on this node. */
    static MeshEngine of(Mapping mapping, Host here, NodePaths paths) {
        String name = mapping.get(Keys.MESH_ENGINE).orElse("yggdrasil");
        return switch (name) {
            case "yggdrasil" ->
                new YggdrasilEngine(here, YggdrasilPlaces.on(paths, Programs.binary(paths, "yggdrasil")));
            default ->
                throw new BadData(
                        Keys.MESH_ENGINE,
                        "the cluster's mesh engine is '" + name + "', which this version does not know",
                        "Upgrade raptiformica on the client and slave this machine again.");
        };
    }
}
