package org.raptiformica.cluster.recovery;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SnapshotAbout;
import org.raptiformica.cluster.api.SnapshotPart;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.config.Change;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.Rollback;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.NoCluster;

/** The whole store into a file, and back. */
public final class Backup {

    private final ClusterConfig config;
    private final InstantSource clock;

    /** Of the cluster that the config tells of. */
    public Backup(ClusterConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * What was written.
     *
     * @param keys how many keys the shared config has
     * @param bytes the size of Consul's snapshot
     */
    public record Done(int keys, int bytes) {}

    /** Writes the store into a file, whole or not at all. */
    public Done save(Path file) {
        AgentClient agent = config.agent();
        SnapshotAbout about = agent.saveSnapshot();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < about.parts(); i++) {
            SnapshotPart part = agent.snapshotPart(new SnapshotPart(about.sha256(), i, ""));
            bytes.writeBytes(Base64.getDecoder().decode(part.base64()));
        }
        byte[] snapshot = bytes.toByteArray();
        if (!BackupFile.sum(snapshot).equals(about.sha256())) {
            throw new BadData(agent.name(), "the snapshot did not arrive whole", "Run the command again.");
        }
        new BackupFile(clock.instant().truncatedTo(ChronoUnit.SECONDS), cluster(agent), about.config(), snapshot)
                .write(file);
        return new Done(about.config().size(), snapshot.length);
    }

    /**
     * A backup that fits the cluster, and what it would change.
     *
     * @param now the shared config before
     * @param changes of the shared config
     */
    public record Plan(BackupFile backup, Mapping now, List<Change> changes) {

        /** When and of which cluster, for people. */
        public String told() {
            return "backup of " + backup.date() + " of the cluster " + backup.cluster();
        }
    }

    /**
     * Looks and changes nothing.
     *
     * @throws BadData when the file is damaged, or of another cluster
     */
    public Plan look(Path file) {
        BackupFile backup = BackupFile.read(file);
        AgentClient agent = config.agent();
        String cluster = cluster(agent);
        if (!backup.cluster().equals(cluster)) {
            throw new BadData(
                    file.toString(),
                    "is a backup of the cluster " + backup.cluster() + ", this one is " + cluster,
                    "Nothing was changed. Name that cluster's cache directory with --cache-dir.");
        }
        Mapping now = agent.config().mapping();
        return new Plan(backup, now, new Rollback(backup.config(), now).changes());
    }

    /** Puts the store back to what it was. */
    public void restore(Plan plan) {
        AgentClient agent = config.agent();
        byte[] snapshot = plan.backup().snapshot();
        String sum = BackupFile.sum(snapshot);
        int parts = 0;
        for (int at = 0; at < snapshot.length; at += SnapshotPart.BYTES) {
            byte[] part = Arrays.copyOfRange(snapshot, at, Math.min(snapshot.length, at + SnapshotPart.BYTES));
            agent.putSnapshotPart(
                    new SnapshotPart(sum, parts++, Base64.getEncoder().encodeToString(part)));
        }
        agent.restoreSnapshot(new SnapshotAbout(sum, parts, plan.backup().config()));
        config.current();
    }

    private static String cluster(AgentClient agent) {
        return agent.status()
                .cluster()
                .orElseThrow(() -> new NoCluster(agent.name(), "it is in no cluster", "Ask another node."));
    }
}
