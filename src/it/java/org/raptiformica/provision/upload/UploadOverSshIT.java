package org.raptiformica.provision.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.SshHost;
import org.raptiformica.host.SshSettings;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.provision.Inspection;
import org.raptiformica.provision.Inspector;
import org.raptiformica.provision.StepResult;
import org.raptiformica.provision.Suitability;
import org.raptiformica.provision.artifact.Progress;
import org.raptiformica.provision.artifact.Sha256;
import org.raptiformica.provision.artifact.StoredArtifact;

/** A real container, real sshd: looked at, sent as much as a node gets, and looked at again. */
class UploadOverSshIT {

    private static final String IMAGE = "raptiformica-baseimage";
    private static final NodePaths NODE = new NodePaths(Path.of("/"));

    @TempDir
    Path directory;

    private final String container = "raptiformica-upload-it-" + UUID.randomUUID();

    @BeforeEach
    void boot() throws IOException {
        Assumptions.assumeTrue(
                new LocalHost()
                        .run(Command.of("docker", "image", "inspect", IMAGE))
                        .ok(),
                "there is no " + IMAGE);
        run(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                directory.resolve("key").toString());
        run(
                "docker",
                "create",
                "--init",
                "--name",
                container,
                "--cap-add",
                "NET_ADMIN",
                "--cap-add",
                "NET_RAW",
                "--device",
                "/dev/net/tun",
                "--sysctl",
                "net.ipv6.conf.all.disable_ipv6=0",
                IMAGE);
        run("docker", "cp", directory.resolve("key.pub").toString(), container + ":/root/.ssh/authorized_keys");
        run("docker", "start", container);
    }

    @AfterEach
    void remove() {
        new LocalHost().run(Command.of("docker", "rm", "-f", container));
    }

    private static String run(String... words) {
        Outcome outcome = new LocalHost().run(Command.of(words));
        assertThat(outcome.ok())
                .describedAs(String.join(" ", words) + ": " + outcome.err())
                .isTrue();
        return outcome.out().strip();
    }

    private SshHost login() {
        String address =
                run("docker", "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
        SshSettings settings = new SshSettings(
                directory.resolve("known_hosts"), List.of(directory.resolve("key")), Duration.ofSeconds(5));
        return Waiting.until("sshd", Duration.ofSeconds(20), () -> {
            try {
                return Optional.of(SshHost.connect(settings, MachineAddress.parse(address)));
            } catch (Failure notYet) {
                return Optional.empty();
            }
        });
    }

    /** As heavy as a program and a Consul: what does not pack, so that the stream has its real size. */
    private Payload payload() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree/bin"));
        Path launcher = Files.writeString(tree.resolve("raptiformica"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.write(tree.resolve("weight"), noise(15_000_000));
        Path archive = directory.resolve("raptiformica-1-linux-x86_64.tar.gz");
        run("tar", "-czf", archive.toString(), "-C", directory.resolve("tree").toString(), "bin");
        Path consul = Files.write(directory.resolve("consul"), noise(14_000_000));
        run("gzip", "-1", "-k", consul.toString());
        CacheDirectory cache = new CacheDirectory(directory.resolve("cache"));
        Files.createDirectories(cache.root());
        Files.writeString(cache.mutableConfig(), "{}\n");
        StoredArtifact artifact =
                new StoredArtifact("consul", "x86_64", consul, Sha256.of(consul), directory.resolve("consul.gz"));
        return Payload.pack(cache, ProgramArchive.of(archive), List.of(artifact), Optional.of(cache.mutableConfig()));
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void bringsAFreshMachineEverythingAndASecondTimeNothing() throws IOException {
        try (SshHost host = login();
                Payload payload = payload()) {
            Inspector inspector = new Inspector(NODE, InstantSource.system());
            long begin = System.nanoTime();
            Inspection fresh = inspector.inspect(host);
            long looked = System.nanoTime();
            assertThat(new Suitability(host.name(), fresh, EngineKind.YGGDRASIL).problems())
                    .isEmpty();

            List<StepResult> first = new Upload(NODE).deliver(host, payload, fresh, Progress.SILENT);
            long sent = System.nanoTime();
            Inspection after = inspector.inspect(host);
            List<StepResult> second = new Upload(NODE).deliver(host, payload, after, Progress.SILENT);
            long again = System.nanoTime();

            System.out.printf(
                    "inspection %d ms, upload of 29 MB %d ms, both again %d ms%n",
                    (looked - begin) / 1_000_000, (sent - looked) / 1_000_000, (again - sent) / 1_000_000);
            assertThat(first).extracting(StepResult::status).containsOnly(StepResult.Status.CHANGED);
            assertThat(second).extracting(StepResult::status).containsOnly(StepResult.Status.OK);
            assertThat(inspector.ensureTun(host)).isEqualTo(StepResult.ok("tun device"));
        }
    }

    @Test
    void makesTheTunDeviceWhereItIsMissing() {
        run("docker", "exec", container, "rm", "/dev/net/tun");
        try (SshHost host = login()) {
            Inspector inspector = new Inspector(NODE, InstantSource.system());

            assertThat(inspector.inspect(host).tun()).isEqualTo(Inspection.Tun.MISSING);
            StepResult made = inspector.ensureTun(host);

            assertThat(made.status()).isEqualTo(StepResult.Status.CHANGED);
            assertThat(inspector.inspect(host).tun()).isEqualTo(Inspection.Tun.OPENS);
        }
    }
}
