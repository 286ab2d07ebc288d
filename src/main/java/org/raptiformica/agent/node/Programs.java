package org.raptiformica.agent.node;

import java.nio.file.Path;
import java.util.Map;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulConfig;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.provision.service.Service;

/** The processes of a node besides the agent. */
public final class Programs {

    private Programs() {}

    /** The mesh engine. */
    public static Service mesh(MeshEngine engine, NodePaths paths) {
        return new Service(engine.name(), engine.command(), Map.of(), paths.log(engine.name()));
    }

    /** Consul. */
    public static Service consul(NodePaths paths) {
        return new Service(
                "consul",
                ConsulConfig.command(binary(paths, "consul"), paths.consulConfigDirectory()),
                Map.of(),
                paths.log("consul"));
    }

    /** Where the client put a tool's binary. */
    public static Path binary(NodePaths paths, String tool) {
        return paths.cache().ownArtifact(tool);
    }
}
