package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;

/**
 * Gets a package, also of another release or architecture, from where this machine gets its own, checked with the same
 * signatures. apt works in a private directory: the machine's lists, sources and packages are neither used nor changed,
 * and root is not needed.
 */
final class AptDownload {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Host local;
    private final AptSources sources;

    AptDownload(Host local, AptSources sources) {
        this.local = local;
        this.sources = sources;
    }

    /**
     * Fetches the package into {@code directory}.
     *
     * @return the .deb
     * @throws IOException when no place has it, with what each said
     */
    Path fetch(ArtifactSource.DistributionPackage wanted, Path directory) throws IOException {
        List<AptSources.Entry> entries = sources.entries();
        if (entries.isEmpty()) {
            throw new IOException("this machine has no apt sources of a whole distribution");
        }
        List<String> reasons = new ArrayList<>();
        for (AptSources.Entry entry : entries) {
            for (String suite : wanted.suites()) {
                Path tree = Files.createDirectories(directory.resolve("apt-" + suite));
                try {
                    return fetch(wanted, entry, suite, tree);
                } catch (IOException e) {
                    reasons.add(suite + ": " + e.getMessage());
                    CacheFiles.deleteTree(tree);
                }
            }
        }
        throw new IOException(String.join("; ", reasons));
    }

    private Path fetch(ArtifactSource.DistributionPackage wanted, AptSources.Entry entry, String suite, Path tree)
            throws IOException {
        Files.createDirectories(tree.resolve("lists/partial"));
        Files.createDirectories(tree.resolve("cache/archives/partial"));
        Files.createFile(tree.resolve("status"));
        Files.writeString(tree.resolve("sources.list"), line(wanted, entry, suite, tree));
        apt(wanted, tree, "update");
        apt(wanted, tree, "download", wanted.name() + ":" + wanted.architecture());
        try (Stream<Path> files = Files.list(tree)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("apt-get fetched nothing"));
        }
    }

    private static String line(
            ArtifactSource.DistributionPackage wanted, AptSources.Entry entry, String suite, Path tree)
            throws IOException {
        StringBuilder options = new StringBuilder("arch=" + wanted.architecture());
        if (entry.signedBy().isPresent()) {
            options.append(" signed-by=").append(keyring(entry.signedBy().get(), tree));
        }
        return "deb [%s] %s %s main%n".formatted(options, entry.uri(), suite);
    }

    /** A key may stand in the entry itself: apt wants a file. */
    private static String keyring(String signedBy, Path tree) throws IOException {
        if (!signedBy.contains("BEGIN PGP")) {
            return signedBy;
        }
        Path key = tree.resolve("key.asc");
        Files.writeString(key, signedBy + "\n");
        return key.toString();
    }

    private void apt(ArtifactSource.DistributionPackage wanted, Path tree, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "apt-get",
                "-qq",
                "-oDir::Etc::sourcelist=" + tree.resolve("sources.list"),
                "-oDir::Etc::sourceparts=/dev/null",
                "-oDir::State=" + tree,
                "-oDir::State::Lists=" + tree.resolve("lists"),
                "-oDir::State::status=" + tree.resolve("status"),
                "-oDir::Cache=" + tree.resolve("cache"),
                "-oAPT::Architecture=" + wanted.architecture(),
                "-oAPT::Architectures::=" + wanted.architecture(),
                "-oAcquire::Languages=none",
                "-oAPT::Update::Error-Mode=any"));
        command.addAll(List.of(words));
        Outcome outcome = local.run(
                Command.of(command).in(tree).withEnvironment("LC_ALL", "C").withLimit(LIMIT));
        if (!outcome.ok()) {
            throw new IOException("apt-get %s: %s".formatted(words[0], reason(outcome)));
        }
    }

    private static String reason(Outcome outcome) {
        return outcome.err()
                .lines()
                .filter(line -> line.startsWith("E:"))
                .reduce((first, second) -> second)
                .orElse("it exited with " + outcome.exitCode());
    }
}
