package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A git repository on this machine that a test writes a module, or the source of a server type, into. */
record ModuleRepository(Path path) {

    static ModuleRepository at(Path path) {
        git("init", "--quiet", path.toString());
        // Not --initial-branch, which git knows since 2.28.
        git("-C", path.toString(), "symbolic-ref", "HEAD", "refs/heads/main");
        return new ModuleRepository(path);
    }

    /** Commits one file; a script, which begins with a hash bang, can be executed. */
    ModuleRepository with(String file, String content) {
        try {
            Path place = path.resolve(file);
            Files.createDirectories(place.getParent());
            Files.writeString(place, content);
            if (content.startsWith("#!")) {
                Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        inside("add", "--all");
        inside("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "--message=change");
        return this;
    }

    private void inside(String... words) {
        List<String> all = new ArrayList<>(List.of("-C", path.toString()));
        all.addAll(List.of(words));
        git(all.toArray(String[]::new));
    }

    private static void git(String... words) {
        List<String> all = new ArrayList<>(List.of("git"));
        all.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(all + " said " + told).isZero();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
