package org.raptiformica.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"10s,10000", "1h0m0s,3600000", "1m0.25s,60250", "15000ms,15000"})
    void readsWhatGoWrites(String text, long millis) {
        assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "1s2", "-1s", "1 s"})
    void refusesTheRest(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> GoDuration.parse(text));
    }

    @Test
    void readsNanoseconds() {
        assertThat(GoDuration.parse("1µs5ns")).isEqualTo(Duration.ofNanos(1005));
    }
}
