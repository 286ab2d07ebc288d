package org.raptiformica.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.host.LocalHost;
import org.raptiformica.provision.Availability;

class ComputeTypesTest {

    private static final String COMPUTE = "raptiformica/compute/";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void offersATypeOnlyIfEveryAvailableCommandBelowItSucceeds() {
        ComputeTypes types = types(Map.of(
                COMPUTE + "both/headless/available", "true",
                COMPUTE + "both/htpc/available", "true",
                COMPUTE + "half/headless/available", "true",
                COMPUTE + "half/htpc/available", "false",
                COMPUTE + "unasked/headless/source", "x"));
        assertThat(types.all().stream().filter(types::isAvailable)).containsExactly("both", "unasked");
        assertThat(types.all()).containsExactly("both", "half", "unasked");
    }

    @Test
    void takesTheFirstAvailableOneInAlphabeticalOrderWhereNoneIsNamed() {
        assertThat(types(Map.of(
                                COMPUTE + "a/headless/available", "exit 1",
                                COMPUTE + "c/headless/available", "true",
                                COMPUTE + "b/headless/available", "true"))
                        .first())
                .isEqualTo("b");
    }

    @Test
    void aCommandThatHangsOrKillsItsShellOrReadsItsInputIsAnAnswer() {
        ComputeTypes types = types(Map.of(
                COMPUTE + "hangs/headless/available", "sleep 600 & wait",
                COMPUTE + "kills/headless/available", "kill -9 $$",
                COMPUTE + "reads/headless/available", "cat; test $? = 0"));
        assertThat(types.all().stream().filter(types::isAvailable)).containsExactly("reads");
    }

    @Test
    void runsTheCommandsInTheProgramsDirectory() {
        assertThat(types(Map.of(COMPUTE + "here/headless/available", "test \"$(pwd)\" = \"$RAPTIFORMICA_HOME\""))
                        .first())
                .isEqualTo("here");
    }

    @Test
    void saysWhatIsMissingWhereNoneIsAvailable() {
        assertThatThrownBy(types(Map.of(COMPUTE + "x/headless/available", "false"))::first)
                .isInstanceOf(PrerequisiteMissing.class)
                .hasMessageContaining("none of them can be used on this machine: x");
    }

    @Test
    void namesTheTypesThereAreWhenAskedForAnother() {
        ComputeTypes types = types(Map.of(COMPUTE + "x/headless/source", "y"));
        assertThatThrownBy(() -> types.get("z", "headless"))
                .isInstanceOfSatisfying(
                        BadData.class, unknown -> assertThat(unknown.remedy()).startsWith("There are: x."));
        assertThatThrownBy(() -> types.get("x", "htpc"))
                .isInstanceOfSatisfying(
                        BadData.class, unknown -> assertThat(unknown.remedy()).startsWith("It boots: headless."));
    }

    private ComputeTypes types(Map<String, String> entries) {
        CacheDirectory cache = new CacheDirectory(directory.resolve("cache"));
        return new ComputeTypes(
                Mapping.of(entries), new Availability(new LocalHost(), directory, cache, Duration.ofMillis(500)));
    }
}
