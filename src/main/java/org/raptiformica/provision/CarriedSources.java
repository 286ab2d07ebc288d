package org.raptiformica.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.Secrets;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Git;
import org.raptiformica.host.Host;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.Outcome;

/**
 * The clones of server types' sources that a client carries to machines, in {@code artifacts/repositories/<name>}: a
 * machine needs neither git nor a way to the source. Each is fetched once; a clone that is up to date is left alone, so
 * that its packed form stays the same. Thread-safe.
 */
public final class CarriedSources {

    private static final Duration ASK_LIMIT = Duration.ofSeconds(30);

    private final CacheDirectory cache;
    private final Host here;
    private final Duration limit;
    private final Set<String> carried = new HashSet<>();

    /** @param here the client's machine; git runs there */
    public CarriedSources(CacheDirectory cache, Host here) {
        this(cache, here, Duration.ofMinutes(10));
    }

    /** @param limit for a clone, and for a question if shorter than usual */
    CarriedSources(CacheDirectory cache, Host here, Duration limit) {
        this.cache = cache;
        this.here = here;
        this.limit = limit;
    }

    /**
     * Brings the clones of these entries up to date. A source that this client cannot reach is told and no failure: the
     * machine may reach it, or an earlier clone is there.
     */
    public synchronized void carry(List<ServerTypeEntry> entries, LineListener live) {
        for (ServerTypeEntry entry : entries) {
            entry.source()
                    .filter(source -> !ServerTypeProvisioner.isProgram(source))
                    .filter(source -> carried.add(entry.name() + " " + source))
                    .ifPresent(source -> carryOrTell(entry.name(), source, live));
        }
    }

    private void carryOrTell(String name, String source, LineListener live) {
        try {
            carry(name, source, live);
        } catch (StepFailed overrun) {
            live.line("the source of " + name + ", " + source + ", cannot be cloned here: " + overrun.what()
                    + "; the machine is to fetch it");
        }
    }

    private void carry(String name, String source, LineListener live) {
        Path clone = cache.repository(name);
        Outcome remote = git(ASK_LIMIT, "ls-remote", "--", source, "HEAD");
        if (!remote.ok() || remote.out().isBlank()) {
            live.line("the source of " + name + ", " + source + ", cannot be cloned here; the machine is to fetch it");
            return;
        }
        String head = remote.out().split("\\s", 2)[0];
        if (isAt(clone, source, head)) {
            return;
        }
        Path fresh = cache.repositories().resolve(".new-" + Secrets.fresh());
        try {
            Files.createDirectories(cache.repositories());
            Outcome cloned = git(limit, "clone", "--quiet", "--recursive", "--", source, fresh.toString());
            if (!cloned.ok()) {
                live.line("the source of " + name + ", " + source + ", cannot be cloned: "
                        + cloned.err().strip());
                return;
            }
            CacheFiles.deleteTree(clone);
            Files.move(fresh, clone, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw CacheFiles.failure(clone, "cannot be put in its place", failed);
        } finally {
            deleteQuietly(fresh);
        }
    }

    private boolean isAt(Path clone, String source, String head) {
        return Files.isDirectory(clone.resolve(".git"))
                && said(clone, "config", "--get", "remote.origin.url").equals(source)
                && said(clone, "rev-parse", "HEAD").equals(head);
    }

    private String said(Path clone, String... words) {
        return git(
                        ASK_LIMIT,
                        Stream.concat(Stream.of("-C", clone.toString()), Stream.of(words))
                                .toArray(String[]::new))
                .out()
                .strip();
    }

    private Outcome git(Duration most, String... words) {
        return here.run(Git.command(words)
                .withEnvironment("XDG_CONFIG_HOME", settings().toString())
                .withLimit(most.compareTo(limit) < 0 ? most : limit));
    }

    /**
     * The person's own settings, and that a source may belong to somebody else. Only a file says so to every git: those that
     * check owners and are older than 2.38 do not heed {@code -c}, and the one that serves a fetch never hears of it.
     */
    private Path settings() {
        String own = Optional.ofNullable(System.getenv("XDG_CONFIG_HOME")).orElse("~/.config");
        Path directory = cache.repositories().resolve(".settings");
        Path file = directory.resolve("git/config");
        try {
            Files.createDirectories(directory.resolve("git"));
            Files.writeString(file, "[safe]\n\tdirectory = *\n[include]\n\tpath = \"%s/git/config\"\n".formatted(own));
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be written", failed);
        }
        return directory.toAbsolutePath();
    }

    private static void deleteQuietly(Path tree) {
        try {
            CacheFiles.deleteTree(tree);
        } catch (IOException left) {
            // Its name begins with a dot: it is not sent.
        }
    }
}
