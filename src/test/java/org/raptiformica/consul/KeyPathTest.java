package org.raptiformica.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPathTest {

    @Test
    void keepsSlashesAndUnreservedCharacters() {
        assertThat(KeyPath.encode("raptiformica/meshnet/neighbours/a-b_c.d~e.k/host"))
                .isEqualTo("raptiformica/meshnet/neighbours/a-b_c.d~e.k/host");
    }

    @Test
    void encodesWhatHasAMeaningInAnAddress() {
        assertThat(KeyPath.encode("a b/c?d#e%f+g*h:i[j]&k=l"))
                .isEqualTo("a%20b/c%3Fd%23e%25f%2Bg%2Ah%3Ai%5Bj%5D%26k%3Dl");
    }

    @Test
    void encodesOtherScriptsAsUtf8() {
        assertThat(KeyPath.encode("größe/日")).isEqualTo("gr%C3%B6%C3%9Fe/%E6%97%A5");
    }

    @Test
    void encodesTheSlashOfASegment() {
        assertThat(KeyPath.segment("[fc16::1]:8301/x")).isEqualTo("%5Bfc16%3A%3A1%5D%3A8301%2Fx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a//b", "a/../b", "a/.", "..", "a//"})
    void refusesKeysThatConsulWouldRedirect(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyPath.encode(key));
    }

    @Test
    void takesFolderKeys() {
        assertThat(KeyPath.encode("a/b/")).isEqualTo("a/b/");
    }

    @Test
    void refusesAPrefixThatWouldMatchItsNeighbours() {
        assertThat(KeyPath.prefix("raptiformica/")).isEqualTo("raptiformica/");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyPath.prefix("raptiformica"))
                .withMessageContaining("does not end with '/'");
    }
}
