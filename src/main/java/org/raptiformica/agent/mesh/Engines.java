package org.raptiformica.agent.mesh;

import java.nio.file.Path;
import org.raptiformica.agent.node.Programs;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.host.Host;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.cjdns.CjdnsEngine;
import org.raptiformica.mesh.cjdns.CjdnsPlaces;
import org.raptiformica.mesh.yggdrasil.YggdrasilEngine;
import org.raptiformica.mesh.yggdrasil.YggdrasilPlaces;

/** The mesh engines of nodes. */
public final class Engines {

    private Engines() {}

    /** The engine that the cluster uses, on this node. */
    public static MeshEngine of(Mapping mapping, Host here, NodePaths paths) {
        EngineKind kind = EngineKind.of(mapping);
        Path binary = Programs.binary(paths, kind.tool());
        return switch (kind) {
            case YGGDRASIL -> new YggdrasilEngine(here, YggdrasilPlaces.on(paths, binary));
            case CJDNS -> new CjdnsEngine(here, CjdnsPlaces.on(paths, binary));
        };
    }
}
