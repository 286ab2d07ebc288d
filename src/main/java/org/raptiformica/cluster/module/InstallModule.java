package org.raptiformica.cluster.module;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.ModulePart;
import org.raptiformica.cluster.api.PackedModule;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.program.ProgramFiles;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.LoadedModule;
import org.raptiformica.config.Neighbour;
import org.raptiformica.config.module.ModuleInstaller;
import org.raptiformica.config.module.ModuleSource;
import org.raptiformica.config.module.Origin;
import org.raptiformica.consensus.ModuleArchives;
import org.raptiformica.failure.BadData;
import org.raptiformica.provision.upload.PackedTree;

/**
 * Installs modules on this client and, where there is a cluster, on all of its nodes. The cluster takes a module before
 * the client does, so that a failure on the way leaves the old version in place on both.
 */
public final class InstallModule {

    /** The origin of modules that the program brings. */
    private static final String OURS = "raptiformica itself";

    private final ClusterConfig config;
    private final CacheDirectory cache;
    private final ProgramFiles program;
    private final ModuleInstaller installer;

    /** Installs with these parts. */
    public InstallModule(ClusterConfig config, CacheDirectory cache, ProgramFiles program, ModuleInstaller installer) {
        this.config = config;
        this.cache = cache;
        this.program = program;
        this.installer = installer;
    }

    /**
     * What was installed.
     *
     * @param module what it brings, with its problems
     * @param from where it came from, for people
     * @param nodes how many nodes get it
     */
    public record Done(LoadedModule module, String from, int nodes) {}

    /** Whether a module of this name is installed on this client. */
    public boolean isInstalled(String name) {
        return Files.isDirectory(cache.module(name));
    }

    /** Whether the program brings a module of this name that is not active by itself. */
    public boolean isAvailable(String name) {
        return !name.contains("/") && !name.startsWith(".") && Files.isDirectory(source(name));
    }

    private Path source(String name) {
        return program.availableModules().resolve(name);
    }

    /**
     * Installs a module that the program brings.
     *
     * @throws BadData when somebody else's module has its name
     */
    public Done installAvailable(String name) {
        Optional<AgentClient> agent = cluster();
        Origin origin = new Origin(OURS, Optional.empty(), program.id());
        agent.ifPresent(node -> refuseOther(node, name, OURS::equals));
        LoadedModule module = installer.put(name, origin, fresh -> {
            withArchive(source(name), archive -> PackedTree.unpack(archive, fresh));
            origin.record(fresh);
            send(agent, name, fresh, origin.toString());
        });
        return new Done(module, origin.toString(), nodes(agent));
    }

    /** Installs a module from its source, or replaces it by what its source has now. */
    public Done install(ModuleSource source) {
        Optional<AgentClient> agent = cluster();
        agent.ifPresent(node -> refuseOther(node, source.name(), source::sameRepository));
        ModuleInstaller.Installed installed =
                installer.install(source, fresh -> send(agent, source.name(), fresh, source.toString()));
        return new Done(installed.module(), installed.origin().toString(), nodes(agent));
    }

    /** Another client may have installed a module of this name. */
    private static void refuseOther(AgentClient agent, String name, Predicate<String> same) {
        agent.modules().stream()
                .filter(module -> module.name().equals(name))
                .flatMap(module -> module.origin().stream())
                .filter(origin -> !same.test(origin.url()))
                .findFirst()
                .ifPresent(origin -> {
                    throw new BadData(
                            "module " + name,
                            "the cluster has a module " + name + " already, from " + origin,
                            "Remove that one first: raptiformica install --remove " + name);
                });
    }

    /**
     * Removes a module.
     *
     * @return how many nodes lose it
     * @throws BadData when it is installed neither here nor in the cluster
     */
    public int remove(String name) {
        Optional<AgentClient> agent = cluster();
        boolean here = isInstalled(name);
        try {
            agent.ifPresent(node -> node.removeModule(name));
        } catch (BadData notInCluster) {
            if (!here) {
                throw notInCluster;
            }
        }
        // On a node the agent has removed the very files.
        if (isInstalled(name) || agent.isEmpty()) {
            installer.remove(name);
        }
        return nodes(agent);
    }

    private Optional<AgentClient> cluster() {
        return Neighbour.all(config.cached()).isEmpty() ? Optional.empty() : Optional.of(config.agent());
    }

    private int nodes(Optional<AgentClient> agent) {
        return agent.isPresent() ? Neighbour.all(config.current()).size() : 0;
    }

    /** Where there is no cluster yet a module has to fit into a later one all the same. */
    private static void send(Optional<AgentClient> cluster, String name, Path directory, String origin)
            throws IOException {
        withArchive(directory, file -> {
            ModuleArchives.Archive archive = ModuleArchives.split(
                    name,
                    file,
                    (sum, number, base64) ->
                            cluster.ifPresent(agent -> agent.putModulePart(new ModulePart(name, sum, number, base64))));
            cluster.ifPresent(
                    agent -> agent.putModule(new PackedModule(name, archive.sha256(), archive.parts(), origin)));
        });
    }

    private static void withArchive(Path directory, ModuleInstaller.Content use) throws IOException {
        Path archive = Files.createTempFile("raptiformica-module", ".tar.gz");
        try {
            PackedTree.write(directory, ".git"::equals, archive);
            use.with(archive);
        } finally {
            Files.delete(archive);
        }
    }
}
