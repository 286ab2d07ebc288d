package org.raptiformica.agent.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.cluster.api.ModulePart;
import org.raptiformica.cluster.api.PackedModule;
import org.raptiformica.config.NodePaths;
import org.raptiformica.config.module.RandomModules;
import org.raptiformica.consensus.ModuleArchives;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.RealConsul;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;
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

    /** A node whose shared config cannot be reached, while its archives can: the store goes away in between. */
    private static ModuleFiles withoutSharedConfig(NodePaths node) {
        ConsulClient away = new ConsulClient(
                URI.create("http://127.0.0.1:" + RealConsul.freePort("127.0.0.1")), Duration.ofSeconds(1));
        return new ModuleFiles(new ModuleArchives(consul.client()), new SharedConfig(away), node, new LocalHost());
    }

    /** A module of one definition and so many bytes that do not get smaller when they are packed. */
    private Path module(String name, String bootstrap, int bytes) throws IOException {
        return moduleAt(home.resolve("sources").resolve(name), bootstrap, bytes);
    }

    private static Path moduleAt(Path module, String bootstrap, int bytes) throws IOException {
        Files.createDirectories(module);
        Files.writeString(module.resolve("m.json"), """
                {"raptiformica_api_version": "0.1", "server": {"app": {"x": {"bootstrap": "%s"}}}}""".formatted(bootstrap));
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        Files.write(module.resolve("data"), random);
        return module;
    }

    /** Sends a module as a client does; the number of its parts. */
    private int install(NodePaths node, Path module) throws IOException {
        return put(files(node), module);
    }

    private int put(ModuleFiles files, Path module) throws IOException {
        Path archive = Files.createTempFile(home, "archive", ".tar.gz");
        PackedTree.write(module, ".git"::equals, archive);
        String name = String.valueOf(module.getFileName());
        ModuleArchives.Archive packed = ModuleArchives.split(
                name, archive, (sum, number, base64) -> files.putPart(new ModulePart(name, sum, number, base64)));
        files.put(new PackedModule(name, packed.sha256(), packed.parts(), "here"));
        return packed.parts();
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
    void changeWhoseDefinitionsFailedIsBroughtToItsEndByAnyNode() throws IOException {
        install(a, module("app", "one", 10));
        files(b).sync();

        put(withoutSharedConfig(a), module("app", "two", 20));
        assertThat(kv.get(KEY).orElseThrow().text()).as("not defined yet").isEqualTo("one");
        assertThat(files(b).sync()).containsExactly("installed app from here", "defined what app brings");
        assertThat(kv.get(KEY).orElseThrow().text()).isEqualTo("two");

        withoutSharedConfig(a).remove("app");
        assertThat(kv.get(KEY)).as("not taken away yet").isPresent();
        files(a).sync();
        assertThat(kv.get(KEY)).isEmpty();
        assertThat(kv.children(PARTS + "app/")).isEmpty();
        files(b).sync();
        assertThat(b.cache().module("app")).doesNotExist();
    }

    @Test
    void removalAgainAfterOneThatWasCutOffTakesTheDefinitionsAway() throws IOException {
        install(a, module("app", "one", 10));
        withoutSharedConfig(a).remove("app");

        assertThatThrownBy(() -> files(b).remove("app")).isInstanceOf(BadData.class);

        assertThat(kv.get(KEY)).isEmpty();
    }

    @Test
    void twoInstallersOfOneNameEndWithOneModuleWholeAndTheOtherTold() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<Path> versions = List.of(
                    module("app", "first", 400_000 + round),
                    moduleAt(home.resolve("elsewhere/app"), "second", 700_000 + round));
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Boolean> first = clients.submit(() -> isQuicker(a, versions.getFirst()));
                Future<Boolean> second = clients.submit(() -> isQuicker(b, versions.getLast()));
                assertThat(List.of(first.get(), second.get())).contains(true);
            }
            files(a).sync();
            files(b).sync();

            String winner = kv.get(KEY).orElseThrow().text();
            Path data = versions.get(winner.equals("first") ? 0 : 1).resolve("data");
            assertThat(data(a, "app")).hasSameBinaryContentAs(data);
            assertThat(data(b, "app")).hasSameBinaryContentAs(data);
            assertThat(new ModuleArchives(consul.client()).get("app"))
                    .hasValueSatisfying(about -> assertThat(about.settled()).isTrue());
        }
    }

    private boolean isQuicker(NodePaths node, Path module) throws IOException {
        try {
            put(files(node), module);
            return true;
        } catch (StepFailed slower) {
            assertThat(slower.what()).contains("another client");
            return false;
        }
    }

    @Test
    void whateverIsInstalledRemovedAndSyncedTheDefinitionsAreThoseOfTheContract() throws IOException {
        long seed = RandomModules.seed();
        Random random = new Random(seed);
        Map<String, String> others = below("raptiformica/");
        TreeMap<String, List<JsonObject>> model = new TreeMap<>();
        for (int step = 0; step < 60; step++) {
            NodePaths node = random.nextBoolean() ? a : b;
            String name = "module" + random.nextInt(4);
            switch (random.nextInt(4)) {
                case 0 -> files(node).sync();
                case 1 -> {
                    if (model.remove(name) != null) {
                        files(node).remove(name);
                    }
                }
                default -> {
                    model.put(name, RandomModules.files(random));
                    Path module = home.resolve("random" + step).resolve(name);
                    RandomModules.write(module, model.get(name));
                    put(files(node), module);
                }
            }
            Map<String, String> expected = new TreeMap<>(others);
            expected.putAll(RandomModules.expected(model));
            assertThat(below("raptiformica/"))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(expected);
        }
    }

    private static Map<String, String> below(String prefix) {
        Map<String, String> entries = new TreeMap<>();
        kv.getBelow(prefix).forEach(entry -> entries.put(entry.key(), entry.text()));
        return entries;
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

        assertThat(files(a).sync()).containsExactly("told the others of uploaded", "defined what uploaded brings");
        assertThat(kv.get(KEY).orElseThrow().text()).isEqualTo("true");
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
