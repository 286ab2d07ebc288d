package org.raptiformica.agent.departure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.raptiformica.consul.ConsulClient;

class StoreOutageTest {

    /** Nobody listens there. */
    private final ConsulClient away = new ConsulClient(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(1));

    @Test
    void writesAgainUntilTheStoreIsBack() {
        AtomicInteger tries = new AtomicInteger();

        StoreOutage.bridge(() -> {
            if (tries.incrementAndGet() < 3) {
                away.kv().put("key", "value");
            }
        });

        assertThat(tries).hasValue(3);
    }

    @Test
    void aDefectIsToldAtOnce() {
        AtomicInteger tries = new AtomicInteger();

        assertThatThrownBy(() -> StoreOutage.bridge(() -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException("a defect");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(tries).hasValue(1);
    }
}
