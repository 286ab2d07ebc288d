package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built program where a person puts it: in the system, and in a checkout. */
class InstallIT {

    @TempDir
    Path directory;

    private void build(String script) {
        Local.run("env", "DESTDIR=" + directory, "PREFIX=/opt/it", "build/" + script);
    }

    private static String said(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(words));
        Process process = new ProcessBuilder(all).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName(
            "install puts it below PREFIX, again in place of the old one, and uninstall takes out that and nothing else")
    void installedAndTakenOut() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("opt/it/bin"));
        Path library = Files.createDirectories(directory.resolve("opt/it/lib"));
        Path foreign = Files.writeString(bin.resolve("foreign"), "mine");
        Files.writeString(library.resolve("foreign"), "mine");

        build("install");
        build("install");
        assertThat(said(bin.resolve("raptiformica").toString(), "--version")).startsWith("raptiformica ");
        assertThat(library.resolve("raptiformica/lib/raptiformica.jar"))
                .as("without the time that the start-up cache was made for it would start slowly")
                .satisfies(jar -> assertThat(Files.getLastModifiedTime(jar))
                        .isEqualTo(
                                Files.getLastModifiedTime(Program.distribution().resolve("lib/raptiformica.jar"))));

        build("uninstall");
        assertThat(bin).isDirectoryContaining("glob:**/foreign");
        try (var left = Files.walk(directory)) {
            assertThat(left.filter(Files::isRegularFile))
                    .containsExactlyInAnyOrder(foreign, library.resolve("foreign"));
        }
    }

    @Test
    @DisplayName("what somebody else put there is not replaced")
    void foreignLauncher() throws Exception {
        Path foreign = Files.createDirectories(directory.resolve("opt/it/bin")).resolve("raptiformica");
        Files.writeString(foreign, "mine");
        Process install = new ProcessBuilder("env", "DESTDIR=" + directory, "PREFIX=/opt/it", "build/install").start();
        assertThat(install.waitFor()).isNotZero();
        assertThat(foreign).hasContent("mine");
        build("uninstall");
        assertThat(foreign).hasContent("mine");
    }

    @Test
    @DisplayName("the launcher of a checkout builds nothing where nothing changed")
    void checkout() throws IOException {
        Path built = Path.of(".build/built");
        FileTime before = Files.getLastModifiedTime(built);
        FileTime archive = Files.getLastModifiedTime(Program.distribution().resolve("archive"));
        assertThat(said("bin/raptiformica", "--version")).startsWith("raptiformica ");
        assertThat(Files.getLastModifiedTime(built)).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(Program.distribution().resolve("archive")))
                .isEqualTo(archive);
    }

    @Test
    @DisplayName("the same files are packed into the same bytes, so that agents go on where a build changed nothing")
    void archiveTwice() throws IOException {
        Path stage = Files.createDirectories(directory.resolve("stage"));
        Path out = Files.createDirectories(directory.resolve("out"));
        Local.run(
                "sh",
                "-c",
                "cp -a \"$1\"/bin \"$1\"/modules \"$2\"",
                "sh",
                Program.distribution().toString(),
                stage.toString());
        Local.run("build/archive", stage.toString(), out.toString());
        List<String> first = sums(out);
        Local.run("rm", "-r", stage.resolve("archive").toString());
        Local.run("touch", stage.resolve("bin").toString());
        Local.run("build/archive", stage.toString(), out.toString());
        assertThat(sums(out)).isEqualTo(first);
    }

    private static List<String> sums(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            Path sum = files.filter(file -> file.toString().endsWith(".sha256"))
                    .findFirst()
                    .orElseThrow();
            return Files.readAllLines(sum);
        }
    }
}
