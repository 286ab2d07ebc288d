package org.raptiformica.provision.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.host.LocalHost;

/** Binaries from this machine's own distribution, by its real apt and its real signatures. */
class DistributionPackageIT {

    @TempDir
    Path home;

    @BeforeEach
    void needsDebian() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/apt-get")), "this machine has no apt");
    }

    private StoredArtifact obtain(ArtifactDescription wanted, Path aptConfiguration) {
        ArtifactFetch fetch = new ArtifactFetch(
                new LocalHost(),
                new AptSources(aptConfiguration),
                List.of(home.resolve("nothing-installed")),
                Map.of());
        return new ArtifactStore(new CacheDirectory(home.resolve("cache")), new LocalHost(), fetch)
                .obtain(wanted, Progress.SILENT);
    }

    private static ArtifactDescription consul(String machine, String architecture) {
        return new ArtifactDescription(
                "consul",
                "linux-" + machine,
                "consul",
                "1.8",
                Optional.empty(),
                List.of("version"),
                Pattern.compile("Consul v([0-9.]+)"),
                List.of(new ArtifactSource.DistributionPackage(
                        "2-distribution", "consul", architecture, List.of("bullseye"), "usr/bin/consul")),
                Optional.empty());
    }

    private static ArtifactDescription yggdrasil() {
        return new ArtifactDescription(
                "yggdrasil",
                "linux-x86_64",
                "yggdrasil",
                "0.5.12",
                Optional.of("0.5"),
                List.of("-version"),
                Pattern.compile("Build version: v?([0-9.]+)"),
                List.of(new ArtifactSource.DistributionPackage(
                        "2-distribution", "yggdrasil", "amd64", List.of("trixie"), "usr/sbin/yggdrasil")),
                Optional.empty());
    }

    @Test
    void takesConsulFromAnOlderRelease() {
        Assumptions.assumeTrue(Platforms.own().equals("linux-x86_64"));

        assertThat(obtain(consul("x86_64", "amd64"), Path.of("/etc/apt")).file())
                .isExecutable();
    }

    @Test
    void takesYggdrasilFromANewerRelease() {
        Assumptions.assumeTrue(Platforms.own().equals("linux-x86_64"));

        assertThat(obtain(yggdrasil(), Path.of("/etc/apt")).file()).isExecutable();
    }

    @Test
    void takesABinaryForAMachineOfAnotherKind() throws IOException {
        StoredArtifact stored = obtain(consul("aarch64", "arm64"), Path.of("/etc/apt"));

        assertThat(Platforms.machineOf(stored.file())).contains("aarch64");
        assertThat(stored.place()).isEqualTo("aarch64/consul/consul");
    }

    @Test
    void takesNothingThatTheDistributionHasNotSigned() throws IOException {
        AptSources.Entry real = new AptSources(Path.of("/etc/apt")).entries().getFirst();
        Path keyring = Files.createFile(home.resolve("empty.gpg"));
        Path etc = Files.createDirectories(home.resolve("apt"));
        Files.writeString(
                etc.resolve("sources.list"), "deb [signed-by=%s] %s stable main%n".formatted(keyring, real.uri()));

        assertThatThrownBy(() -> obtain(consul("x86_64", "amd64"), etc)).hasMessageContaining("is not signed");
        assertThat(home.resolve("cache/artifacts/x86_64/consul/consul")).doesNotExist();
    }

    @Test
    void leavesTheMachinesOwnListsAlone() throws IOException {
        Path lists = Path.of("/var/lib/apt/lists");
        var before = Files.getLastModifiedTime(lists);

        obtain(consul("aarch64", "arm64"), Path.of("/etc/apt"));

        assertThat(Files.getLastModifiedTime(lists)).isEqualTo(before);
    }
}
