package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Modules;
import org.raptiformica.host.LocalHost;

/**
 * Random modules, installed and removed in random order. What they give is computed here a second time, from the trees
 * that were generated and the contract's sentence alone: flattened, merged key by key, the last one wins.
 */
class ModulesPropertyTest {

    private static final List<String> NAMES = List.of("a", "b", "c d", "ü", "e.f", "-g", "h\"i", "available");

    @TempDir
    Path home;

    @Test
    void flatteningAndUnflatteningGiveTheMappingBack() throws IOException {
        long seed = seed();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            TreeMap<String, String> flat = new TreeMap<>(Map.of("raptiformica/raptiformica_api_version", "0.1"));
            for (int number = random.nextInt(12); number >= 0; number--) {
                flat.putAll(flatten(randomModule(random)));
            }
            Mapping mapping = Mapping.of(flat);
            Path file =
                    Files.writeString(home.resolve("m.json"), mapping.nested().toString());

            assertThat(Modules.loadOne(file).mapping())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(mapping);
            assertThat(Modules.loadOne(file).problems())
                    .as("seed %d, round %d", seed, round)
                    .isEmpty();
        }
    }

    @Test
    void sharedConfigFollowsWhateverIsInstalledAndRemoved() throws IOException {
        long seed = seed();
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            Path directory = home.resolve("round" + round);
            TreeMap<String, List<JsonObject>> model = new TreeMap<>();
            Mapping elsewhere = Mapping.of(Map.of("raptiformica/meshnet/consul/password", "kept"));
            Mapping shared = elsewhere;
            Mapping before = Mapping.empty();
            for (int step = 0; step < 25; step++) {
                String name = "module" + random.nextInt(4);
                if (random.nextInt(3) == 0) {
                    model.remove(name);
                    deleteModule(directory.resolve(name));
                } else {
                    model.put(name, randomFiles(random));
                    deleteModule(directory.resolve(name));
                    writeModule(directory.resolve(name), model.get(name));
                }
                Mapping after = Modules.load(List.of(directory)).mapping();
                for (Change change : Change.between(before, after)) {
                    shared = change.appliedTo(shared);
                }
                before = after;

                assertThat(shared)
                        .as("seed %d, round %d, step %d", seed, round, step)
                        .isEqualTo(elsewhere.mergedWith(Mapping.of(expected(model))));
            }
        }
    }

    @Test
    void realInstallsAndRemovalsFromRepositoriesGiveTheSame() throws IOException {
        long seed = seed();
        Random random = new Random(seed);
        CacheDirectory directory = new CacheDirectory(home.resolve("cache"));
        ModuleInstaller installer = new ModuleInstaller(directory, new LocalHost());
        TreeMap<String, List<JsonObject>> installed = new TreeMap<>();
        TreeMap<String, Repository> repositories = new TreeMap<>();
        for (int step = 0; step < 15; step++) {
            String name = "module" + random.nextInt(3);
            if (installed.containsKey(name) && random.nextBoolean()) {
                installer.remove(name);
                installed.remove(name);
            } else {
                JsonObject content = marked(randomModule(random));
                Repository repository = repositories.computeIfAbsent(
                        name, key -> Repository.at(home.resolve("repositories").resolve(key)));
                repository.commit("step", Integer.toString(step));
                repository.commit("m.json", content.toString());
                installer.install(ModuleSource.parse(repository.path().toString(), home, home));
                installed.put(name, List.of(content));
            }
            assertThat(Modules.load(List.of(directory.modules())).mapping())
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(Mapping.of(expected(installed)));
        }
    }

    /** Another one each time; {@code -Dseed=N} gives the modules of an earlier run again. */
    private static long seed() {
        long seed = Optional.ofNullable(System.getProperty("seed"))
                .map(Long::parseLong)
                .orElseGet(System::nanoTime);
        System.out.println("seed " + seed);
        return seed;
    }

    private static Map<String, String> expected(SortedMap<String, List<JsonObject>> modules) {
        TreeMap<String, String> merged = new TreeMap<>();
        modules.values().forEach(files -> files.forEach(file -> merged.putAll(flatten(file))));
        return merged;
    }

    private static Map<String, String> flatten(JsonObject tree) {
        TreeMap<String, String> flat = new TreeMap<>();
        flatten("raptiformica", tree, flat);
        return flat;
    }

    private static void flatten(String prefix, JsonObject tree, Map<String, String> flat) {
        tree.entrySet().forEach(entry -> {
            String key = prefix + "/" + entry.getKey();
            if (entry.getValue() instanceof JsonObject object) {
                flatten(key, object, flat);
            } else {
                flat.put(key, entry.getValue().getAsString());
            }
        });
    }

    private static List<JsonObject> randomFiles(Random random) {
        List<JsonObject> files = new ArrayList<>();
        for (int number = random.nextInt(3); number >= 0; number--) {
            files.add(marked(randomModule(random)));
        }
        return files;
    }

    private static JsonObject marked(JsonObject module) {
        module.addProperty("raptiformica_api_version", "0.1");
        return module;
    }

    private static JsonObject randomModule(Random random) {
        JsonObject module = new JsonObject();
        module.add("server", tree(random, 3));
        module.add("compute", tree(random, 3));
        JsonObject platform = new JsonObject();
        JsonObject hooks = new JsonObject();
        hooks.add("hooks", tree(random, 3));
        platform.add("default", hooks);
        module.add("platform", platform);
        module.add("free", free(random, 4));
        return module;
    }

    /** Objects down to a depth, strings there. */
    private static JsonObject tree(Random random, int depth) {
        JsonObject tree = new JsonObject();
        for (int number = random.nextInt(3); number >= 0; number--) {
            String name = NAMES.get(random.nextInt(NAMES.size() - 1));
            if (depth == 1) {
                tree.addProperty(name, value(random));
            } else {
                tree.add(name, tree(random, depth - 1));
            }
        }
        return tree;
    }

    private static JsonObject free(Random random, int depth) {
        JsonObject tree = new JsonObject();
        for (int number = random.nextInt(4); number > 0; number--) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            if (depth == 1 || random.nextBoolean()) {
                tree.addProperty(name, value(random));
            } else {
                tree.add(name, free(random, depth - 1));
            }
        }
        return tree;
    }

    private static String value(Random random) {
        return List.of("", "x", "cd $HOME; ./a \"b\" 'c'\n", "ß\u2028\ud83d\ude00", Integer.toString(random.nextInt(5)))
                .get(random.nextInt(5));
    }

    private static void writeModule(Path directory, List<JsonObject> files) throws IOException {
        Files.createDirectories(directory);
        for (int number = 0; number < files.size(); number++) {
            Files.writeString(
                    directory.resolve(number + ".json"), files.get(number).toString());
        }
    }

    private static void deleteModule(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }
}
