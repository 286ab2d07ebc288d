package org.raptiformica.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.cluster.api.ModulePart;
import org.raptiformica.cluster.api.PackedModule;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ModuleArchives;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.RealConsul;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.LocalHost;
import org.raptiformica.provision.upload.PackedTree;

/** The files of modules on two nodes, which share a real Consul. */
class ModuleFilesIT {

    private static final String PARTS = "raptiformica_modules/parts/";
    private static final String KEY = "raptiformica/server/app/x/bootstrap";

    @TempDir
    static Path shared;

    private static RealConsul consul;
    private static KeyValueStore kv;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    private NodePaths a = new NodePaths(Path.of("/"));
    private NodePaths b = new NodePaths(Path.of("/"));

    @BeforeAll
    static void startConsul() {
        consul = RealConsul.alone(shared);
        kv = consul.client().kv();
    }

    @AfterAll
    static void stopConsul() {
        consul.close();
    }

    @BeforeEach
    void twoNodes() {
        kv.deleteBelow("raptiformica_modules/");
        kv.deleteBelow("raptiformica/");
        kv.put("raptiformica/server/headless/x/bootstrap", "true");
        kv.put("raptiformica/compute/docker/headless/source", "s");
        kv.put("raptiformica/platform/default/hooks/after_mesh/x/command", "c");
        a = new NodePaths(home.resolve("a"));
        b = new NodePaths(home.resolve("b"));
    }

    private static ModuleFiles files(NodePaths node) {
        return new ModuleFiles(
                new ModuleArchives(consul.client()), new SharedConfig(consul.client()), node, new LocalHost());
    }

    /** A module of one definition and so many bytes that do not get smaller when they are packed. */
    private Path module(String name, String bootstrap, int bytes) throws IOException {
        Path module = Files.createDirectories(home.resolve("sources").resolve(name));
        Files.writeString(module.resolve("m.json"), """
                {"raptiformica_api_version": "0.1", "server": {"app": {"x": {"bootstrap": "%s"}}}}""".formatted(bootstrap));
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        Files.write(module.resolve("data"), random);
        return module;
    }

    /** Sends a module as a client does; the number of its parts. */
    private int install(NodePaths node, Path module) throws IOException {
        Path archive = home.resolve("archive.tar.gz");
        PackedTree.write(module, ".git"::equals, archive);
        String name = String.valueOf(module.getFileName());
        ModuleFiles files = files(node);
        ModuleArchives.About about = ModuleArchives.split(
                name,
                archive,
                "here",
                (sum, number, base64) -> files.putPart(new ModulePart(name, sum, number, base64)));
        files.put(new PackedModule(name, about.sha256().orElseThrow(), about.parts(), "here"));
        return about.parts();
    }

    private static Path data(NodePaths node, String name) {
        return node.cache().module(name).resolve("data");
    }

    @Test
    void moduleOfSeveralPartsReachesTheOtherNodeAsItWas() throws IOException {
        Path module = module("large", "true", 2_000_000);

        assertThat(install(a, module)).isGreaterThan(3);
        assertThat(files(b).sync()).containsExactly("installed large from here");

        assertThat(data(a, "large")).hasSameBinaryContentAs(module.resolve("data"));
        assertThat(data(b, "large")).hasSameBinaryContentAs(module.resolve("data"));
        assertThat(kv.get(KEY).orElseThrow().text()).isEqualTo("true");
        assertThat(files(b).sync()).as("what is there to do once more").isEmpty();
    }

    @Test
    void newVersionReplacesTheOldOneWithItsPartsAndDefinitions() throws IOException {
        install(a, module("app", "one", 700_000));
        files(b).sync();
        install(b, module("app", "two", 10));
        files(a).sync();

        assertThat(data(a, "app")).hasSize(10);
        assertThat(kv.get(KEY).orElseThrow().text()).isEqualTo("two");
        assertThat(kv.children(PARTS + "app/")).as("archives that are kept").hasSize(1);
    }

    @Test
    void removalReachesANodeThatWasAwayWithFilesOfAnOlderVersion() throws IOException {
        install(a, module("app", "one", 10));
        files(b).sync();
        install(a, module("app", "two", 20));
        files(a).remove("app");

        assertThat(files(b).sync()).containsExactly("removed app");
        assertThat(b.cache().module("app")).doesNotExist();
        assertThat(kv.get(KEY)).isEmpty();
        assertThat(kv.children(PARTS + "app/")).isEmpty();
        assertThatThrownBy(() -> files(a).remove("app")).isInstanceOf(BadData.class);
    }

    @Test
    void archiveWithAPartThatIsMissingOrDamagedIsNotInstalled() throws IOException {
        install(a, module("app", "one", 700_000));
        String archive = kv.children(PARTS + "app/").getFirst();
        String part = kv.children(archive).getFirst();
        String whole = kv.get(part).orElseThrow().text();

        kv.delete(part);
        assertThat(files(b).sync()).isEmpty();
        kv.put(part, whole.substring(8));
        assertThat(files(b).sync()).isEmpty();
        assertThat(b.cache().module("app")).doesNotExist();

        kv.put(part, whole);
        assertThat(files(b).sync()).hasSize(1);
    }

    @Test
    void moduleThatCameWithAnUploadIsToldToTheOthers() throws IOException {
        Path module = module("uploaded", "true", 10);
        Path place = Files.createDirectories(a.cache().module("uploaded"));
        for (String file : new String[] {"m.json", "data"}) {
            Files.copy(module.resolve(file), place.resolve(file));
        }

        assertThat(files(a).sync()).containsExactly("told the others of uploaded");
        assertThat(files(b).sync()).containsExactly("installed uploaded from an upload");
        assertThat(data(b, "uploaded")).exists();
    }

    @Test
    void moduleThatIsTooLargeForTheStoreIsRefusedAndLeavesNothing() throws IOException {
        Path module = module("huge", "true", ModuleArchives.MOST_BYTES + 1);

        assertThatThrownBy(() -> install(a, module))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("a module may have 8192");
        assertThat(kv.getBelow("raptiformica_modules/")).isEmpty();
    }
}
