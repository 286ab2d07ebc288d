package org.raptiformica.provision.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;

class ArtifactCatalogueTest {

    private static Mapping shipped(String tool) throws IOException {
        Map<String, String> flat = new TreeMap<>();
        flatten(
                "raptiformica",
                JsonParser.parseString(Files.readString(Path.of("modules/artifacts", tool + ".json")))
                        .getAsJsonObject(),
                flat);
        return Mapping.of(flat);
    }

    private static void flatten(String prefix, JsonObject object, Map<String, String> flat) {
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            String key = prefix + "/" + entry.getKey();
            if (entry.getValue().isJsonObject()) {
                flatten(key, entry.getValue().getAsJsonObject(), flat);
            } else {
                flat.put(key, entry.getValue().getAsString());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "consul,linux-x86_64,1-installed 2-distribution 3-release",
        "consul,linux-aarch64,1-installed 2-distribution 3-release",
        "yggdrasil,linux-x86_64,1-installed 2-distribution",
        "yggdrasil,linux-aarch64,1-installed 2-distribution"
    })
    void describesWhatWeShip(String tool, String platform, String sources) throws IOException {
        ArtifactDescription description = new ArtifactCatalogue(shipped(tool)).describe(tool, platform);

        assertThat(description.sources()).extracting(ArtifactSource::key).containsExactly(sources.split(" ", -1));
        assertThat(description.sources())
                .as("a release without a checksum would never be fetched")
                .noneMatch(source -> source instanceof ArtifactSource.Release release
                        && release.sha256().isEmpty());
    }

    @Test
    void wantsOneWireVersionOfYggdrasil() throws IOException {
        ArtifactDescription yggdrasil =
                new ArtifactCatalogue(shipped("yggdrasil")).describe("yggdrasil", "linux-x86_64");

        assertThat(yggdrasil.accepts("0.5.12")).isTrue();
        assertThat(yggdrasil.accepts("0.5.14")).isTrue();
        assertThat(yggdrasil.accepts("0.4.7")).isFalse();
        assertThat(yggdrasil.accepts("0.6.0")).isFalse();
    }

    @Test
    void saysWhichPlatformIsNotDescribed() throws IOException {
        ArtifactCatalogue catalogue = new ArtifactCatalogue(shipped("consul"));

        assertThatThrownBy(() -> catalogue.describe("consul", "linux-i686"))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("no artifact is described for this platform");
    }

    @Test
    void refusesAChecksumThatIsNone() throws IOException {
        Mapping broken =
                shipped("consul").with("raptiformica/artifact/consul/linux-x86_64/source/3-release/sha256", "abc");

        assertThatThrownBy(() -> new ArtifactCatalogue(broken).describe("consul", "linux-x86_64"))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("`abc` is no SHA-256");
    }
}
