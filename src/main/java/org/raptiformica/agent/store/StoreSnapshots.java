package org.raptiformica.agent.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.agent.replica.SharedChanges;
import org.raptiformica.cluster.api.SnapshotAbout;
import org.raptiformica.cluster.api.SnapshotPart;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.RoleKeys;
import org.raptiformica.consensus.Rollback;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;
import org.raptiformica.provision.artifact.Sha256;

/** Snapshots of the store on their way between this node's Consul and a client, in files of root's alone. */
public final class StoreSnapshots {

    private static final int MOST_LOOKS = 10;
    private static final Duration LEADER_LIMIT = Duration.ofSeconds(40);
    private static final String WHERE = "the snapshot of the store";

    private final ConsulClient consul;
    private final SharedConfig store;
    private final SharedChanges changes;
    private final Path directory;

    /**
     * @param changes by which what is of the present comes back after a restore
     * @param cache where the files are
     */
    public StoreSnapshots(ConsulClient consul, SharedConfig store, SharedChanges changes, CacheDirectory cache) {
        this.consul = consul;
        this.store = store;
        this.changes = changes;
        this.directory = cache.root().resolve("var/snapshots");
    }

    /**
     * Takes a snapshot, and keeps it until the next one is taken.
     *
     * @throws NoCluster when the store is empty
     * @throws BadData when the snapshot is too large
     * @throws StepFailed when the shared config changes all the time
     */
    public synchronized SnapshotAbout save() {
        try {
            Path fresh = empty().resolve("fresh");
            Mapping config = saveTo(fresh);
            String sum = Sha256.of(fresh);
            long size = Files.size(fresh);
            Files.move(fresh, place(sum));
            return new SnapshotAbout(sum, (int) ((size + SnapshotPart.BYTES - 1) / SnapshotPart.BYTES), config);
        } catch (IOException failed) {
            throw CacheFiles.failure(directory, "cannot be written", failed);
        }
    }

    /** The shared config that is in it is one that did not change meanwhile. */
    private Mapping saveTo(Path file) throws IOException {
        for (int look = 0; look < MOST_LOOKS; look++) {
            Mapping before = config();
            try (OutputStream out = Files.newOutputStream(file)) {
                consul.snapshots().save(out);
            }
            if (Files.size(file) > SnapshotPart.MOST_BYTES) {
                throw new BadData(
                        WHERE,
                        "it has " + (Files.size(file) >> 20) + " MiB, at most " + (SnapshotPart.MOST_BYTES >> 20)
                                + " are taken",
                        "Run `consul snapshot save FILE` on a node.");
            }
            if (before.equals(config())) {
                return before;
            }
        }
        throw new StepFailed(WHERE, "the shared config changes all the time", "Run the command again.");
    }

    private Mapping config() {
        return store.read(Consistency.DEFAULT)
                .orElseThrow(() -> new NoCluster(WHERE, "the store is empty", "Wait until the cluster is founded."))
                .mapping();
    }

    /**
     * A part of the one that was taken last.
     *
     * @throws StepFailed when it is not here any more
     */
    public synchronized SnapshotPart part(SnapshotPart wanted) {
        try (RandomAccessFile file = new RandomAccessFile(place(wanted.sha256()).toFile(), "r")) {
            file.seek((long) wanted.number() * SnapshotPart.BYTES);
            byte[] bytes = new byte[(int) Math.min(SnapshotPart.BYTES, file.length() - file.getFilePointer())];
            file.readFully(bytes);
            return new SnapshotPart(
                    wanted.sha256(), wanted.number(), Base64.getEncoder().encodeToString(bytes));
        } catch (IOException failed) {
            throw new StepFailed(WHERE, "it is not here any more: " + failed.getMessage(), "Run the command again.");
        }
    }

    /** Keeps a part of one that is to be restored; they come in order. */
    public synchronized void put(SnapshotPart part) {
        try {
            Path file = part.number() == 0 ? empty().resolve(name(part.sha256())) : place(part.sha256());
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(Base64.getDecoder().decode(part.base64()));
            }
        } catch (IOException failed) {
            throw CacheFiles.failure(directory, "cannot be written", failed);
        }
    }

    /**
     * Puts the store back to the snapshot whose parts have been sent, but for what is of the present: the nodes and who of
     * them is a server.
     *
     * @throws BadData when it did not arrive whole or Consul refuses it; the store is then as it was
     * @throws StepFailed when no leader goes on with it within 40 seconds
     */
    public synchronized void restore(SnapshotAbout about) {
        Path file = place(about.sha256());
        try {
            if (!Files.exists(file) || !Sha256.of(file).equals(about.sha256())) {
                throw new BadData(WHERE, "it did not arrive whole", "Run the command again.");
            }
            Map<String, String> roles = roles();
            Rollback rollback = new Rollback(about.config(), config());
            changes.keeping(rollback.kept(), () -> load(file));
            Waiting.until("a leader that goes on with the restored store", LEADER_LIMIT, () -> goneOn(roles));
            Files.delete(file);
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be read", failed);
        }
    }

    private void load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            consul.snapshots().restore(in);
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be read", failed);
        } catch (ConsulException.Refused refused) {
            throw new BadData(WHERE, "Consul refuses it: " + refused.getMessage(), "Take another backup's.");
        }
    }

    private Optional<Boolean> goneOn(Map<String, String> roles) {
        try {
            putBack(roles);
            changes.flush();
            return Optional.of(true);
        } catch (ConsulException electing) {
            return Optional.empty();
        }
    }

    private Map<String, String> roles() {
        Map<String, String> roles = new HashMap<>();
        consul.kv().getBelow(RoleKeys.PREFIX).stream()
                .filter(entry -> !entry.key().equals(RoleKeys.LEAD))
                .forEach(entry -> roles.put(entry.key(), entry.text()));
        return roles;
    }

    /** Who is a server is what Raft's configuration says, which no snapshot changes. */
    private void putBack(Map<String, String> roles) {
        List<Operation> operations = new ArrayList<>();
        consul.kv().getBelow(RoleKeys.PREFIX).stream()
                .map(KeyValue::key)
                .filter(key -> !key.equals(RoleKeys.LEAD) && !roles.containsKey(key))
                .forEach(key -> operations.add(new Operation.Delete(key)));
        roles.forEach((key, value) -> operations.add(new Operation.Set(key, value)));
        Transaction.chunks(operations).forEach(chunk -> consul.kv().transact(chunk));
    }

    private Path empty() throws IOException {
        CacheFiles.deleteTree(directory);
        CacheFiles.makeDirectory(directory);
        return directory;
    }

    private Path place(String sum) {
        return directory.resolve(name(sum));
    }

    private static String name(String sum) {
        if (!sum.matches("[0-9a-f]{64}")) {
            throw new BadData(WHERE, "'" + sum + "' is no SHA-256", "Run the command again.");
        }
        return sum;
    }
}
