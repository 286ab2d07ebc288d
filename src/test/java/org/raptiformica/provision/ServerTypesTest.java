package org.raptiformica.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.LocalHost;

class ServerTypesTest {

    @TempDir
    Path home;

    private final Mapping mapping = Mapping.of(Map.of(
            "raptiformica/server/headless/raptiformica/bootstrap", "built in",
            "raptiformica/server/headless/puppet/source", "https://example.org/p",
            "raptiformica/server/headless/puppet/bootstrap", "./deploy",
            "raptiformica/server/headless/available", "true",
            "raptiformica/server/desktop/x/bootstrap", "x",
            "raptiformica/server/desktop/x/available", "false"));

    @Test
    void entriesOfAllModulesUnderOneTypeRunInTheOrderOfTheirNames() {
        assertThat(new ServerTypes(mapping).get("headless"))
                .containsExactly(
                        new ServerTypeEntry("puppet", Optional.of("https://example.org/p"), "./deploy"),
                        new ServerTypeEntry("raptiformica", Optional.empty(), "built in"));
    }

    @Test
    void defaultIsTheFirstOfWhichAllAvailableCommandsSucceed() {
        assertThat(new ServerTypes(mapping).first(availability())).isEqualTo("headless");
        assertThat(availability().isAvailable(mapping, Keys.serverType("desktop")))
                .isFalse();
    }

    @Test
    void availableCommandRunsInTheProgramsDirectoryAndReadsNothing() {
        Mapping asking = mapping.with(
                "raptiformica/server/desktop/x/available",
                "test \"$PWD\" = " + home + " && ! read word && test -n \"$RAPTIFORMICA_CACHE_DIR\"");

        assertThat(availability().first(asking, Keys.SERVER)).contains("desktop");
    }

    @Test
    void unknownTypeIsToldWithThoseThatThereAre() {
        assertThatThrownBy(() -> new ServerTypes(mapping).get("toaster"))
                .isInstanceOfSatisfying(
                        BadData.class, fault -> assertThat(fault.remedy()).contains("There are: desktop, headless."));
    }

    private Availability availability() {
        return new Availability(new LocalHost(), home, new CacheDirectory(home.resolve("cache")));
    }
}
