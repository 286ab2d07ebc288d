package org.raptiformica.cluster.entering;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.failure.BadData;
import org.raptiformica.provision.artifact.ArtifactCatalogue;
import org.raptiformica.provision.artifact.ArtifactDescription;
import org.raptiformica.provision.artifact.ArtifactStore;
import org.raptiformica.provision.artifact.StoredArtifact;

/** The binaries that this client has for nodes, and those that a person gives it. */
public final class Artifacts {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

    private final ClusterConfig config;
    private final ArtifactStore store;

    /** The store of this client; what a binary has to be is told by the config's modules. */
    public Artifacts(ClusterConfig config, ArtifactStore store) {
        this.config = config;
        this.store = store;
    }

    /** All that is there. */
    public List<StoredArtifact> list() {
        return store.all();
    }

    /**
     * Keeps a binary for machines of the platform that it is for, in place of the one it had. Nodes get it when they are
     * slaved or updated.
     *
     * @throws BadData when the file is no such binary, or the tool's name is none
     */
    public StoredArtifact add(String tool, Path file) {
        if (!NAME.matcher(tool).matches()) {
            throw new BadData(tool, "it is no name of a tool", "Use letters, digits, '.', '_', '+' and '-'.");
        }
        String platform = ArtifactStore.platformOf(file);
        ArtifactCatalogue catalogue = new ArtifactCatalogue(config.cached());
        ArtifactDescription wanted = catalogue.platforms(tool).contains(platform)
                ? catalogue.describe(tool, platform)
                : ArtifactDescription.undescribed(tool, platform);
        return store.add(wanted, file);
    }
}
