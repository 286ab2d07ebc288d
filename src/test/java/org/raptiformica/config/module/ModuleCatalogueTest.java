package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.LocalHost;

class ModuleCatalogueTest {

    @TempDir
    Path home;

    private Path builtIn;
    private CacheDirectory directory;

    @BeforeEach
    void oneBuiltInModule() throws IOException {
        builtIn = home.resolve("program/modules");
        directory = new CacheDirectory(home.resolve("cache"));
        write(builtIn.resolve("server/headless.json"), """
                "server": {"headless": {"consul": {"bootstrap": "built in", "source": "s"}}}""");
    }

    @Test
    void saysWhereAModuleCameFromAndWhatItBrings() {
        Repository repository = Repository.at(home.resolve("mine"));
        String commit = repository.commit("m.json", """
                {"raptiformica_api_version": "0.1",
                 "server": {"web": {"nginx": {"bootstrap": "x"}}},
                 "compute": {"kvm": {"headless": {"source": "x"}}},
                 "platform": {"default": {"hooks": {"after_mesh": {"tell": {"command": "x"}}}}},
                 "artifact": {"nginx": {"linux-x86_64": {"version": "1"}}}}""");
        new ModuleInstaller(directory, new LocalHost())
                .install(ModuleSource.parse(repository.path().toString(), home, home));

        List<ModuleDescription> modules = catalogue().list();

        assertThat(modules).extracting(ModuleDescription::name).containsExactly("server", "mine");
        assertThat(modules).extracting(ModuleDescription::builtIn).containsExactly(true, false);
        ModuleDescription mine = modules.getLast();
        assertThat(mine.origin()).hasValueSatisfying(origin -> {
            assertThat(origin.url()).isEqualTo(repository.path().toString());
            assertThat(origin.commit()).isEqualTo(commit);
        });
        assertThat(mine.serverTypes()).containsExactly("web");
        assertThat(mine.computeTypes()).containsExactly("kvm");
        assertThat(mine.handlers()).containsExactly("default/after_mesh/tell");
        assertThat(mine.artifacts()).containsExactly("nginx");
    }

    @Test
    void saysWhichKeysAModuleOverridesAndIsOverriddenIn() throws IOException {
        write(directory.module("a").resolve("m.json"), """
                "server": {"headless": {"consul": {"bootstrap": "a", "source": "s"}}}""");
        write(directory.module("b").resolve("m.json"), """
                "server": {"headless": {"consul": {"bootstrap": "b"}}}""");
        String key = "raptiformica/server/headless/consul/bootstrap";

        List<ModuleDescription> modules = catalogue().list();

        assertThat(modules.get(0).overriddenIn()).containsExactly(new ModuleDescription.Conflict(key, "b"));
        assertThat(modules.get(1).overrides()).containsExactly(new ModuleDescription.Conflict(key, "server"));
        assertThat(modules.get(1).overriddenIn()).containsExactly(new ModuleDescription.Conflict(key, "b"));
        assertThat(modules.get(2).overrides()).containsExactly(new ModuleDescription.Conflict(key, "a"));
        assertThat(modules.get(2).overriddenIn()).isEmpty();
    }

    @Test
    void moduleMadeByHandHasNoOrigin() throws IOException {
        write(directory.module("a").resolve("m.json"), "\"x\": \"y\"");

        assertThat(catalogue().list().getLast().origin()).isEmpty();
    }

    @Test
    void checkOfASoundModuleHasNothingToSay() throws IOException {
        write(home.resolve("dev/m.json"), """
                "server": {"headless": {"mine": {"source": "s", "bootstrap": "x"}}}""");

        ModuleCheck check = ModuleCheck.of(home.resolve("dev"), builtIn);

        assertThat(check.ok()).isTrue();
        assertThat(check.advice()).isEmpty();
    }

    @Test
    void checkKnowsWhatTheBuiltInModulesGive() throws IOException {
        write(home.resolve("dev.json"), """
                "server": {"headless": {"consul": {"source": "another"}}}""");

        assertThat(ModuleCheck.of(home.resolve("dev.json"), builtIn).advice()).isEmpty();
    }

    @Test
    void checkTellsSlipsThatLoadingLetsPass() throws IOException {
        write(home.resolve("dev/m.json"), """
                "server": {"t": {"n": {"bootstap": "x"}}},
                "compute": {"c": {"available": "x", "t": {"source": "s", "start_instance": "x", "get_hostname": "x", "get_port": "x"}}},
                "platform": {"default": {"hooks": {"h": {"handler": {"predicate": "x"}}}}}""");
        Files.writeString(home.resolve("dev/forgotten.json"), "{\"server\": {}}");

        ModuleCheck check = ModuleCheck.of(home.resolve("dev"), builtIn);

        assertThat(check.ok()).isTrue();
        assertThat(check.advice())
                .containsExactly(
                        home.resolve("dev/forgotten.json")
                                + " is no module file: it has no key raptiformica_api_version, or is larger than 16 MiB.",
                        "raptiformica/server/t/n/bootstap means nothing to raptiformica:"
                                + " it knows available, bootstrap, source.",
                        "raptiformica/server/t/n has no bootstrap, so it provisions nothing.",
                        "raptiformica/platform/default/hooks/h/handler has no command, so it does nothing.");
    }

    @Test
    void checkOfNothingIsAnError() throws IOException {
        Files.createDirectories(home.resolve("empty"));

        assertThat(ModuleCheck.of(home.resolve("empty"), builtIn).ok()).isFalse();
        assertThatThrownBy(() -> ModuleCheck.of(home.resolve("gone"), builtIn)).isInstanceOf(BadData.class);
    }

    private ModuleCatalogue catalogue() {
        return new ModuleCatalogue(builtIn, directory.modules(), new LocalHost());
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"raptiformica_api_version\": \"0.1\", " + content + "}");
    }
}
