package org.raptiformica.provision.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.LocalHost;

class ArtifactStoreTest {

    private static final byte[] TOOL = tool("1.9.7");

    @TempDir
    Path home;

    private final Map<String, String> environment = new TreeMap<>();
    private FileServer server = new FileServer();

    @BeforeEach
    void serve() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    /** A program with some weight, so that a transfer of it can be cut. */
    private static byte[] tool(String version) {
        return ("#!/bin/sh\necho Tool v" + version + "\nexit 0\n" + "# padding\n".repeat(50_000))
                .getBytes(StandardCharsets.UTF_8);
    }

    private ArtifactStore store() {
        ArtifactFetch fetch = new ArtifactFetch(
                new LocalHost(),
                new AptSources(home.resolve("no-apt")),
                List.of(home.resolve("installed")),
                environment);
        return new ArtifactStore(new CacheDirectory(home.resolve("cache")), new LocalHost(), fetch);
    }

    private static ArtifactDescription wanting(ArtifactSource... sources) {
        return new ArtifactDescription(
                "tool",
                Platforms.own(),
                "tool",
                "1.8",
                Optional.empty(),
                List.of("version"),
                Pattern.compile("Tool v([0-9.]+)"),
                List.of(sources),
                Optional.empty());
    }

    private ArtifactSource.Release release(byte[] file, String name, String member) {
        server.put("/" + name, file);
        var digest = Sha256.digest();
        digest.update(file);
        return new ArtifactSource.Release("release", server.uri("/" + name), member, Optional.of(Sha256.hex(digest)));
    }

    private StoredArtifact obtain(ArtifactSource... sources) {
        return store().obtain(wanting(sources), Progress.SILENT);
    }

    @Test
    void keepsAReleaseWithItsChecksumAndPackedForTransfers() throws IOException {
        StoredArtifact stored = obtain(release(TOOL, "tool", ""));

        assertThat(stored.file()).hasBinaryContent(TOOL).isExecutable();
        assertThat(stored.sha256()).isEqualTo(Sha256.of(stored.file()));
        assertThat(stored.packed()).exists();
        assertThat(stored.file().resolveSibling(".fetching")).doesNotExist();
    }

    @Test
    void fetchesOnceOnly() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        obtain(release);

        obtain(release);

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void goesOnWhereATransferWasCut() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        server.cutAfter(200_000, 1);

        StoredArtifact stored = obtain(release);

        assertThat(stored.file()).hasBinaryContent(TOOL);
        assertThat(server.requests()).containsExactly("", "bytes=200000-");
    }

    @Test
    void goesOnInALaterRunToo() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        server.cutAfter(0, 100);
        Path work = Files.createDirectories(
                home.resolve("cache/artifacts").resolve(wanting().machine()).resolve("tool/.fetching"));
        String sum = ((ArtifactSource.Release) release).sha256().orElseThrow();
        Files.write(work.resolve(sum + ".part"), java.util.Arrays.copyOf(TOOL, 300_000));
        server.cutAfter(1_000_000, 0);

        obtain(release);

        assertThat(server.requests()).containsExactly("bytes=300000-");
    }

    @Test
    void startsAnewWhenWhatIsThereIsNoPartOfIt() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        Path work = Files.createDirectories(
                home.resolve("cache/artifacts").resolve(wanting().machine()).resolve("tool/.fetching"));
        String sum = ((ArtifactSource.Release) release).sha256().orElseThrow();
        Files.write(work.resolve(sum + ".part"), new byte[1000]);

        assertThat(obtain(release).file()).hasBinaryContent(TOOL);
        assertThat(server.requests()).containsExactly("bytes=1000-", "");
    }

    @Test
    void startsAnewWhereTheServerKnowsNoRanges() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        server.cutAfter(200_000, 1);
        server.withoutRanges();

        assertThat(obtain(release).file()).hasBinaryContent(TOOL);
    }

    @Test
    void refusesWhatHasAnotherChecksum() {
        release(TOOL, "tool", "");
        ArtifactSource other =
                new ArtifactSource.Release("release", server.uri("/tool"), "", Optional.of("0".repeat(64)));

        assertThatThrownBy(() -> obtain(other))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("has the SHA-256")
                .hasMessageContaining("not " + "0".repeat(64));
        assertThat(store().find(wanting(other))).isEmpty();
    }

    @Test
    void fetchesNothingWithoutAChecksum() {
        ArtifactSource unknown = new ArtifactSource.Release("release", server.uri("/tool"), "", Optional.empty());

        assertThatThrownBy(() -> obtain(unknown)).hasMessageContaining("no SHA-256 is known for it");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void fetchesAnewWhatWasAltered() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        StoredArtifact stored = obtain(release);
        Files.writeString(stored.file(), "#!/bin/sh\necho Tool v9.9.9\n");

        assertThat(store().find(wanting(release))).isEmpty();
        assertThat(obtain(release).file()).hasBinaryContent(TOOL);
    }

    @Test
    void fetchesAnewWhenThePackedOneWasCut() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        StoredArtifact stored = obtain(release);
        Files.write(stored.packed(), new byte[10]);

        assertThat(store().find(wanting(release))).isEmpty();
    }

    /** A node has the binary and its checksum, and no packed one. */
    @Test
    void packsWhatANodeWasSentAndFetchesNothing() throws IOException {
        ArtifactSource release = release(TOOL, "tool", "");
        StoredArtifact sent = obtain(release);
        Files.delete(sent.packed());
        Path sums = sent.file().resolveSibling("tool.sha256");
        Files.write(sums, Files.readAllLines(sums).subList(0, 1));
        server.stop();

        StoredArtifact stored = obtain(release);

        assertThat(stored.sha256()).isEqualTo(sent.sha256());
        assertThat(stored.packed()).isNotEmptyFile();
        assertThat(store().find(wanting(release))).contains(stored);
    }

    @Test
    void takesASuitableInstalledOneBeforeAnythingFromOutside() throws IOException {
        install(tool("1.8.7"));

        StoredArtifact stored =
                obtain(new ArtifactSource.Installed("1-installed", Optional.of("TOOL")), release(TOOL, "tool", ""));

        assertThat(stored.file()).hasBinaryContent(tool("1.8.7"));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void takesTheOneThatTheEnvironmentNamesBeforeAllOthers() throws IOException {
        install(tool("1.8.7"));
        Path named = home.resolve("named-tool");
        Files.write(named, TOOL);
        Files.setPosixFilePermissions(named, PosixFilePermissions.fromString("rwxr-xr-x"));
        environment.put("TOOL", named.toString());

        assertThat(obtain(new ArtifactSource.Installed("1-installed", Optional.of("TOOL")))
                        .file())
                .hasBinaryContent(TOOL);
    }

    @Test
    void saysSoWhenTheEnvironmentNamesWhatIsNoProgram() {
        environment.put("TOOL", home.resolve("nowhere").toString());

        assertThatThrownBy(() -> obtain(new ArtifactSource.Installed("1-installed", Optional.of("TOOL"))))
                .hasMessageContaining("TOOL names " + home.resolve("nowhere") + ", which is no program");
    }

    @Test
    void keepsWhatAPersonGivesInPlaceOfWhatItHad() throws IOException {
        obtain(release(tool("1.8.7"), "tool", ""));
        Path given = Files.write(home.resolve("given"), TOOL);

        StoredArtifact stored = store().add(wanting(), given);

        assertThat(stored.file()).hasBinaryContent(TOOL).isExecutable();
        assertThat(obtain()).isEqualTo(stored);
        assertThat(store().all()).containsExactly(stored);
    }

    @Test
    void refusesWhatAPersonGivesThatIsSomethingElse() throws IOException {
        Path given = Files.write(home.resolve("given"), tool("1.7.9"));

        assertThatThrownBy(() -> store().add(wanting(), given))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("it is version 1.7.9");
        assertThat(store().all()).isEmpty();
    }

    @Test
    void takesAnyToolThatNobodyDescribed() throws IOException {
        Path given = Files.write(home.resolve("given"), "#!/bin/sh\necho nothing\n".getBytes(StandardCharsets.UTF_8));

        StoredArtifact stored =
                store().add(ArtifactDescription.undescribed("anything", ArtifactStore.platformOf(given)), given);

        assertThat(stored.place()).isEqualTo(wanting().machine() + "/anything/anything");
    }

    @Test
    void passesOverAnInstalledOneThatIsTooOld() throws IOException {
        install(tool("0.9.4"));

        StoredArtifact stored =
                obtain(new ArtifactSource.Installed("1-installed", Optional.of("TOOL")), release(TOOL, "tool", ""));

        assertThat(stored.file()).hasBinaryContent(TOOL);
    }

    @Test
    void refusesAnotherWireVersion() throws IOException {
        install(tool("1.9.7"));
        ArtifactDescription wanted = wanting(new ArtifactSource.Installed("1-installed", Optional.of("TOOL")));
        ArtifactDescription other = new ArtifactDescription(
                wanted.tool(),
                wanted.platform(),
                wanted.binary(),
                "1.8",
                Optional.of("1.8"),
                wanted.versionArguments(),
                wanted.versionPattern(),
                wanted.sources(),
                Optional.empty());

        assertThatThrownBy(() -> store().obtain(other, Progress.SILENT))
                .hasMessageContaining("it is version 1.9.7, not tool 1.8 or newer of version 1.8");
    }

    @Test
    void refusesABinaryOfAnotherMachine() throws IOException {
        byte[] arm = new byte[64];
        arm[0] = 0x7f;
        arm[1] = 'E';
        arm[18] = 0x28;
        install(arm);

        assertThatThrownBy(() -> obtain(new ArtifactSource.Installed("1-installed", Optional.of("TOOL"))))
                .hasMessageContaining("it is for armv7l, not for");
    }

    @Test
    void tellsWhatEachSourceSaidWhenNoneHasIt() {
        assertThatThrownBy(() -> obtain(
                        new ArtifactSource.Installed("1-installed", Optional.of("TOOL")),
                        new ArtifactSource.DistributionPackage(
                                "2-distribution", "tool", "amd64", List.of("stable"), "usr/bin/tool"),
                        new ArtifactSource.Release("3-release", server.uri("/gone"), "", Optional.of("0".repeat(64)))))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("1-installed: none is installed here")
                .hasMessageContaining("2-distribution: this machine has no apt sources")
                .hasMessageContaining("3-release: " + server.uri("/gone") + " answered 404");
    }

    @Test
    void takesTheBinaryOutOfAZip() throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("tool"));
            out.write(TOOL);
        }

        assertThat(obtain(release(zip.toByteArray(), "tool.zip", "tool")).file())
                .hasBinaryContent(TOOL);
    }

    @Test
    void takesTheBinaryOutOfATarGz() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(new GZIPOutputStream(archive))) {
            TarArchiveEntry entry = new TarArchiveEntry("./bin/tool");
            entry.setSize(TOOL.length);
            out.putArchiveEntry(entry);
            out.write(TOOL);
            out.closeArchiveEntry();
        }

        assertThat(obtain(release(archive.toByteArray(), "tool.tar.gz", "bin/tool"))
                        .file())
                .hasBinaryContent(TOOL);
    }

    @Test
    void saysWhenAnArchiveLacksTheBinary() throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("LICENSE"));
        }

        assertThatThrownBy(() -> obtain(release(zip.toByteArray(), "tool.zip", "tool")))
                .hasMessageContaining("there is no tool in it");
    }

    @Test
    void isFetchedOnceByManyAtOnce() throws Exception {
        ArtifactSource release = release(TOOL, "tool", "");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<StoredArtifact>> all = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> obtain(release)))
                    .toList();
            for (Future<StoredArtifact> one : all) {
                assertThat(one.get().file()).hasBinaryContent(TOOL);
            }
        }

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void tellsHowFarATransferIs() {
        java.util.List<Long> seen = new java.util.ArrayList<>();

        store().obtain(wanting(release(TOOL, "tool", "")), (what, done, total) -> {
            assertThat(what).isEqualTo("tool");
            assertThat(total).isEqualTo(TOOL.length);
            seen.add(done);
        });

        assertThat(seen).isSorted().endsWith((long) TOOL.length);
    }

    private void install(byte[] binary) throws IOException {
        Path file = Files.createDirectories(home.resolve("installed")).resolve("tool");
        Files.write(file, binary);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
