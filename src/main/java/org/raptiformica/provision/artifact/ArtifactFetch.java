package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.host.Host;

/** Gets a binary from one source, and lets no other binary pass. */
final class ArtifactFetch {

    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final List<String> USUAL_PLACES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private final BinaryCheck check;
    private final Unpacking unpacking;
    private final AptDownload apt;
    private final List<Path> searchPath;
    private final Map<String, String> environment;

    /**
     * @param searchPath where installed binaries are looked for; where empty, on the PATH and in the usual places
     * @param environment where a person may name a binary
     */
    ArtifactFetch(Host local, AptSources aptSources, List<Path> searchPath, Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.check = new BinaryCheck(local);
        this.unpacking = new Unpacking(local);
        this.apt = new AptDownload(local, aptSources);
        this.searchPath = searchPath.isEmpty() ? searchPath() : searchPath;
    }

    /**
     * Leaves the binary, checked, in {@code binary}.
     *
     * @param work a directory on the same file system, where a part of a download may stay for the next time
     * @throws IOException when the source does not have it or has one that will not do
     */
    void fetch(ArtifactDescription wanted, ArtifactSource source, Path work, Path binary, Progress progress)
            throws IOException {
        switch (source) {
            case ArtifactSource.Installed installed -> installed(wanted, installed, binary);
            case ArtifactSource.DistributionPackage wantedPackage -> packaged(wantedPackage, work, binary);
            case ArtifactSource.Release release -> released(wanted, release, work, binary, progress);
        }
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Optional<String> problem = check.problem(wanted, binary);
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
    }

    /** What is wrong with a binary; empty when it will do. */
    Optional<String> problem(ArtifactDescription wanted, Path binary) throws IOException {
        return check.problem(wanted, binary);
    }

    private void installed(ArtifactDescription wanted, ArtifactSource.Installed source, Path binary)
            throws IOException {
        List<String> reasons = new ArrayList<>();
        List<Path> candidates = new ArrayList<>(named(source).stream().toList());
        searchPath.forEach(directory -> candidates.add(directory.resolve(wanted.binary())));
        for (Path candidate : candidates) {
            if (Files.isExecutable(candidate)) {
                Optional<String> problem = check.problem(wanted, candidate);
                if (problem.isEmpty()) {
                    Files.copy(candidate, binary, StandardCopyOption.REPLACE_EXISTING);
                    return;
                }
                reasons.add(candidate + ": " + problem.get());
            }
        }
        throw new IOException(reasons.isEmpty() ? "none is installed here" : String.join("; ", reasons));
    }

    private void packaged(ArtifactSource.DistributionPackage source, Path work, Path binary) throws IOException {
        Path directory = Files.createTempDirectory(work, "apt");
        try {
            Path deb = apt.fetch(source, directory);
            unpacking.take(deb.toString(), deb, source.member(), binary);
        } finally {
            CacheFiles.deleteTree(directory);
        }
    }

    private void released(
            ArtifactDescription wanted, ArtifactSource.Release source, Path work, Path binary, Progress progress)
            throws IOException {
        String sum = source.sha256()
                .orElseThrow(() -> new IOException(
                        "%s: no SHA-256 is known for it, so it is not fetched".formatted(source.uri())));
        Path part = work.resolve(sum + ".part");
        new Download(SILENCE, progress).fetch(wanted.tool(), source.uri(), sum, part);
        unpacking.take(source.uri().getPath(), part, source.member(), binary);
    }

    /** The file that the environment names; one that is not there is an error rather than passed over. */
    private Optional<Path> named(ArtifactSource.Installed source) throws IOException {
        Optional<Path> named = source.variable()
                .flatMap(variable -> Optional.ofNullable(environment.get(variable)))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
        if (named.isPresent() && !Files.isExecutable(named.get())) {
            throw new IOException(source.variable().orElse("") + " names " + named.get() + ", which is no program");
        }
        return named;
    }

    private static List<Path> searchPath() {
        List<String> places = new ArrayList<>(
                List.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":")));
        places.addAll(USUAL_PLACES);
        return places.stream()
                .filter(place -> !place.isEmpty())
                .distinct()
                .map(Path::of)
                .toList();
    }
}
