package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Modules;
import org.raptiformica.host.LocalHost;

/**
 * Random modules, installed and removed in random order. What they give is computed here a second time, from the trees
 * that were generated and the contract's sentence alone: flattened, merged key by key, the last one wins.
 */
@Execution(ExecutionMode.CONCURRENT)
class ModulesPropertyTest {

    @TempDir
    Path home;

    @Test
    void flatteningAndUnflatteningGiveTheMappingBack() throws IOException {
        long seed = RandomModules.seed();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            TreeMap<String, String> flat = new TreeMap<>(Map.of("raptiformica/raptiformica_api_version", "0.1"));
            for (int number = random.nextInt(12); number >= 0; number--) {
                flat.putAll(RandomModules.flatten(RandomModules.module(random)));
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
        long seed = RandomModules.seed();
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
                    model.put(name, RandomModules.files(random));
                    deleteModule(directory.resolve(name));
                    RandomModules.write(directory.resolve(name), model.get(name));
                }
                Mapping after = Modules.load(List.of(directory)).mapping();
                for (Change change : Change.between(before, after)) {
                    shared = change.appliedTo(shared);
                }
                before = after;

                assertThat(shared)
                        .as("seed %d, round %d, step %d", seed, round, step)
                        .isEqualTo(elsewhere.mergedWith(Mapping.of(RandomModules.expected(model))));
            }
        }
    }

    @Test
    void realInstallsAndRemovalsFromRepositoriesGiveTheSame() throws IOException {
        long seed = RandomModules.seed();
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
                JsonObject content = RandomModules.marked(RandomModules.module(random));
                Repository repository = repositories.computeIfAbsent(
                        name, key -> Repository.at(home.resolve("repositories").resolve(key)));
                repository.commit("step", Integer.toString(step));
                repository.commit("m.json", content.toString());
                installer.install(ModuleSource.parse(repository.path().toString(), home, home));
                installed.put(name, List.of(content));
            }
            assertThat(Modules.load(List.of(directory.modules())).mapping())
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(Mapping.of(RandomModules.expected(installed)));
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
