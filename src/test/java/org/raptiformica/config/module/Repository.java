package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/** A git repository with a module in it. */
record Repository(Path path) {

    static Repository at(Path path) {
        Repository repository = new Repository(path);
        git("init", "--quiet", path.toString());
        // Not --initial-branch, which git knows since 2.28.
        git("-C", path.toString(), "symbolic-ref", "HEAD", "refs/heads/main");
        return repository;
    }

    /** Commits one file; the commit's hash is the answer. */
    String commit(String file, String content) {
        try {
            Files.createDirectories(path.resolve(file).getParent());
            Files.writeString(path.resolve(file), content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        inside("add", "--all");
        inside("commit", "--quiet", "--message=change");
        return inside("rev-parse", "HEAD");
    }

    String inside(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "-C",
                path.toString(),
                "-c",
                "user.name=T",
                "-c",
                "user.email=t@example.org",
                "-c",
                "commit.gpgsign=false"));
        words.addAll(List.of(arguments));
        return git(words.toArray(String[]::new));
    }

    static String git(String... arguments) {
        List<String> words = new ArrayList<>(List.of("env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "git"));
        words.addAll(List.of(arguments));
        Outcome outcome = new LocalHost().run(Command.of(words));
        assertThat(outcome.ok())
                .as("git %s: %s", String.join(" ", arguments), outcome.err())
                .isTrue();
        return outcome.out().strip();
    }
}
