package org.raptiformica.agent.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.cluster.api.Advertisement;
import org.raptiformica.config.Advertised;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.failure.BadData;

class AdvertisingTest {

    @TempDir
    Path directory;

    private CacheDirectory cache() {
        return new CacheDirectory(directory);
    }

    private void take(boolean remove, String... hosts) {
        Advertising.take(new Advertisement(List.of(hosts), 2222, remove), cache(), Optional.empty());
    }

    @Test
    @DisplayName("the first host is where SSH is; further ones get the usual port of the mesh unless they have one")
    void kept() {
        take(false, "box.example.org", "203.0.113.9", "[2001:db8::7]:4000");
        assertThat(Advertised.read(cache()))
                .contains(new Advertised("box.example.org", 2222, List.of("203.0.113.9:4863", "[2001:db8::7]:4000")));
    }

    @Test
    @DisplayName("a first host with a port of the mesh is dialled there")
    void firstWithPort() {
        take(false, "203.0.113.9:5000");
        assertThat(Advertised.read(cache())).contains(new Advertised("203.0.113.9", 2222, List.of("203.0.113.9:5000")));
    }

    @Test
    @DisplayName("one is taken away, the others stay; with the first goes all")
    void removed() {
        take(false, "box", "192.0.2.1", "192.0.2.2");
        take(true, "192.0.2.1");
        assertThat(Advertised.read(cache())).contains(new Advertised("box", 2222, List.of("192.0.2.2:4863")));
        take(true);
        assertThat(Advertised.read(cache())).isEmpty();
    }

    @Test
    @DisplayName("an address that every machine has for itself is refused")
    void loopback() {
        assertThatThrownBy(() -> take(false, "127.0.0.1"))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("itself");
    }
}
