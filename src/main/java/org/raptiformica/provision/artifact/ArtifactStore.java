package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.provision.DirectoryLock;

/**
 * The binaries that this client has, below {@code artifacts/MACHINE/TOOL/}: the binary, its {@code .sha256}, and its
 * {@code .gz} for transfers. A binary is there whole and checked or not at all; any number of processes may use the store
 * at once.
 */
public final class ArtifactStore {

    private static final String SUMS = ".sha256";
    private static final Duration SLOWEST_FETCH = Duration.ofMinutes(30);
    private static final Duration SLOWEST_CHECK = Duration.ofMinutes(5);

    private final CacheDirectory cache;
    private final Host local;
    private final ArtifactFetch fetch;

    /**
     * @param local this machine, whose apt, tar and sha256sum are used
     */
    public ArtifactStore(CacheDirectory cache, Host local) {
        this(cache, local, new ArtifactFetch(local, new AptSources(Path.of("/etc/apt")), List.of(), System.getenv()));
    }

    ArtifactStore(CacheDirectory cache, Host local, ArtifactFetch fetch) {
        this.cache = cache;
        this.local = local;
        this.fetch = fetch;
    }

    /** The stored binary, if it is there and is what its checksum says; one that is not counts as missing. */
    public Optional<StoredArtifact> find(ArtifactDescription wanted) {
        try {
            return stored(wanted);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * What is recorded of the stored binary, without reading all of it: enough to see whether a machine has the same one.
     * What is sent is {@link #obtain obtained}, and so checked.
     */
    public Optional<StoredArtifact> recorded(ArtifactDescription wanted) {
        Path place = directory(wanted).resolve(wanted.binary());
        if (!Files.exists(place) || !Files.exists(packed(wanted)) || !Files.exists(sums(wanted))) {
            return Optional.empty();
        }
        return recordedSum(sums(wanted))
                .map(sum -> new StoredArtifact(wanted.tool(), wanted.machine(), place, sum, packed(wanted)));
    }

    /**
     * The stored binary, fetched from the first source that has it when it is not there.
     *
     * @throws StepFailed when no source has it, with what each said
     */
    public StoredArtifact obtain(ArtifactDescription wanted, Progress progress) {
        return find(wanted).orElseGet(() -> fetched(wanted, progress));
    }

    /** Fetches a binary that is not here from a node; nothing happens where the node has none that fits. */
    public void take(ArtifactDescription wanted, NodeArtifacts node, Progress progress) {
        if (find(wanted).isPresent()) {
            return;
        }
        try (DirectoryLock _ = DirectoryLock.of(directory(wanted), SLOWEST_FETCH)) {
            Path work = directory(wanted).resolve(".taking");
            CacheFiles.deleteTree(work);
            Files.createDirectories(work);
            Path binary = work.resolve("binary");
            Path packed = work.resolve("packed");
            node.fetch(wanted, binary, packed, progress);
            Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
            move(binary, directory(wanted).resolve(wanted.binary()));
            keepSums(wanted, packed, work);
            CacheFiles.deleteTree(work);
        } catch (IOException | Failure elsewhere) {
            // It is had from where every client has it, which tells what is wrong if nobody has it.
        }
    }

    /**
     * Stores a binary that a person gives, in place of one that is stored.
     *
     * @throws StepFailed when it cannot be read or stored
     * @throws BadData when it is not the binary that is asked for
     */
    public StoredArtifact add(ArtifactDescription wanted, Path file) {
        try (DirectoryLock _ = DirectoryLock.of(directory(wanted), SLOWEST_FETCH)) {
            Path work = Files.createDirectories(directory(wanted).resolve(".fetching"));
            Path binary = work.resolve("binary");
            Files.copy(file, binary, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
            Optional<String> problem = fetch.problem(wanted, binary);
            if (problem.isPresent()) {
                CacheFiles.deleteTree(work);
                throw new BadData(
                        file.toString(),
                        "it is no %s for %s: %s".formatted(wanted.tool(), wanted.platform(), problem.get()),
                        "Give the file of %s.".formatted(wanted.wanted()));
            }
            StoredArtifact stored = keep(wanted, binary);
            CacheFiles.deleteTree(work);
            return stored;
        } catch (IOException e) {
            throw new StepFailed(
                    file.toString(),
                    "it cannot be stored: " + e,
                    "See that the file is there, can be read, and that the disk has room.");
        }
    }

    /** The platform of this machine. */
    public static String ownPlatform() {
        return Platforms.own();
    }

    /**
     * The platform that a program is for; this machine's for a script.
     *
     * @throws BadData when the file cannot be read
     */
    public static String platformOf(Path file) {
        try {
            return Platforms.machineOf(file).map(machine -> "linux-" + machine).orElseGet(Platforms::own);
        } catch (IOException e) {
            throw new BadData(file.toString(), "it cannot be read: " + e.getMessage(), "Give the file of a program.");
        }
    }

    /** All that is stored, by machine and tool, without reading the binaries. */
    public List<StoredArtifact> all() {
        try (Stream<Path> sums = Files.isDirectory(cache.artifacts())
                ? Files.find(
                        cache.artifacts(), 3, (path, _) -> path.toString().endsWith(SUMS), FileVisitOption.FOLLOW_LINKS)
                : Stream.empty()) {
            return sums.sorted().flatMap(path -> told(path).stream()).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new StepFailed(
                    cache.artifacts().toString(), "it cannot be read: " + e.getMessage(), "See that it is yours.");
        }
    }

    private static Optional<StoredArtifact> told(Path sums) {
        Path tool = sums.getParent();
        Path machine = tool == null ? null : tool.getParent();
        String name = String.valueOf(sums.getFileName());
        Path binary = sums.resolveSibling(name.substring(0, name.length() - SUMS.length()));
        Path packed = sums.resolveSibling(binary.getFileName() + ".gz");
        if (tool == null || machine == null || !Files.exists(binary) || !Files.exists(packed)) {
            return Optional.empty();
        }
        return recordedSum(sums)
                .map(sum -> new StoredArtifact(
                        String.valueOf(tool.getFileName()),
                        String.valueOf(machine.getFileName()),
                        binary,
                        sum,
                        packed));
    }

    private static Optional<String> recordedSum(Path sums) {
        try {
            String text = Files.readString(sums);
            return text.matches("(?s)[0-9a-f]{64}  .*") ? Optional.of(text.substring(0, 64)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private StoredArtifact fetched(ArtifactDescription wanted, Progress progress) {
        try (DirectoryLock _ = DirectoryLock.of(directory(wanted), SLOWEST_FETCH)) {
            // Another process may have fetched it while we waited for the lock.
            Optional<StoredArtifact> there = find(wanted).or(() -> packedAnew(wanted));
            return there.isPresent() ? there.get() : store(wanted, progress);
        } catch (IOException e) {
            throw failed(wanted, List.of(String.valueOf(e.getMessage())));
        }
    }

    /** A node was sent the binary and its checksum only: it packs it when it is the first time that it sends it on. */
    private Optional<StoredArtifact> packedAnew(ArtifactDescription wanted) {
        Path place = directory(wanted).resolve(wanted.binary());
        try {
            if (!Files.exists(place)
                    || !Files.exists(sums(wanted))
                    || !Files.readAllLines(sums(wanted)).contains(Sha256.of(place) + "  " + place.getFileName())) {
                return Optional.empty();
            }
            Path work = Files.createDirectories(directory(wanted).resolve(".fetching"));
            StoredArtifact stored = keepPacked(wanted, place, work);
            CacheFiles.deleteTree(work);
            return Optional.of(stored);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private StoredArtifact store(ArtifactDescription wanted, Progress progress) throws IOException {
        Path work = Files.createDirectories(directory(wanted).resolve(".fetching"));
        Path binary = work.resolve("binary");
        List<String> reasons = new ArrayList<>();
        for (ArtifactSource source : wanted.sources()) {
            try {
                fetch.fetch(wanted, source, work, binary, progress);
                StoredArtifact stored = keep(wanted, binary);
                CacheFiles.deleteTree(work);
                return stored;
            } catch (IOException | Failure e) {
                // Each source is tried in turn; what it said is told when none has it.
                reasons.add(source.key() + ": " + e.getMessage());
            }
        }
        throw failed(wanted, reasons);
    }

    private StoredArtifact keep(ArtifactDescription wanted, Path binary) throws IOException {
        Path place = directory(wanted).resolve(wanted.binary());
        Path work = binary.resolveSibling("packing");
        Files.createDirectories(work);
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
        move(binary, place);
        return keepPacked(wanted, place, work);
    }

    /** Until the checksums are there, last of all, the binary counts as missing. */
    private StoredArtifact keepPacked(ArtifactDescription wanted, Path place, Path work) throws IOException {
        Path staged = work.resolve("packed");
        pack(place, staged);
        return keepSums(wanted, staged, work);
    }

    private StoredArtifact keepSums(ArtifactDescription wanted, Path staged, Path work) throws IOException {
        Path place = directory(wanted).resolve(wanted.binary());
        Path packed = packed(wanted);
        String sum = Sha256.of(place);
        Path sums = work.resolve("sums");
        Files.writeString(
                sums, "%s  %s%n%s  %s%n".formatted(sum, place.getFileName(), Sha256.of(staged), packed.getFileName()));
        move(staged, packed);
        move(sums, sums(wanted));
        return new StoredArtifact(wanted.tool(), wanted.machine(), place, sum, packed);
    }

    private Optional<StoredArtifact> stored(ArtifactDescription wanted) throws IOException {
        Path place = directory(wanted).resolve(wanted.binary());
        Path packed = packed(wanted);
        if (!Files.exists(place) || !Files.exists(packed) || !Files.exists(sums(wanted))) {
            return Optional.empty();
        }
        List<String> named = Files.readAllLines(sums(wanted)).stream()
                .map(line -> line.replaceFirst("[0-9a-f]{64}  ", ""))
                .toList();
        if (!named.equals(List.of(
                        place.getFileName().toString(), packed.getFileName().toString()))
                || !holds(wanted)) {
            return Optional.empty();
        }
        return recordedSum(sums(wanted))
                .map(sum -> new StoredArtifact(wanted.tool(), wanted.machine(), place, sum, packed));
    }

    /** Whether all files that have a checksum are what it says; sha256sum reads 100 MB in a third of the JVM's time. */
    private boolean holds(ArtifactDescription wanted) {
        Path sums = sums(wanted);
        return local.run(Command.of("sha256sum", "-c", String.valueOf(sums.getFileName()))
                        .in(directory(wanted))
                        .withLimit(SLOWEST_CHECK))
                .ok();
    }

    private static void pack(Path binary, Path packed) throws IOException {
        try (InputStream in = Files.newInputStream(binary);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed), 1 << 16)) {
            in.transferTo(out);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(to + " is on another file system than its own directory", e);
        }
    }

    private Path directory(ArtifactDescription wanted) {
        return cache.artifact(wanted.machine(), wanted.tool());
    }

    private Path packed(ArtifactDescription wanted) {
        return directory(wanted).resolve(wanted.binary() + ".gz");
    }

    private Path sums(ArtifactDescription wanted) {
        return directory(wanted).resolve(wanted.binary() + SUMS);
    }

    private StepFailed failed(ArtifactDescription wanted, List<String> reasons) {
        StringBuilder what = new StringBuilder("it could not be had for %s".formatted(wanted.platform()));
        reasons.forEach(
                reason -> what.append(System.lineSeparator()).append("    ").append(reason));
        return new StepFailed(
                wanted.wanted(),
                what.toString(),
                wanted.remedy()
                        .orElse(
                                "Install it on this machine, or put the binary on the PATH, and run the command again; a"
                                        + " download goes on where it broke off."));
    }
}
