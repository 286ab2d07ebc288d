package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How machines are brought in: so many commands at a time. */
enum Order {
    ONE_BY_ONE(1),
    TWO_AT_A_TIME(2),
    AT_ONCE(Integer.MAX_VALUE);

    private final int width;

    Order(int width) {
        this.width = width;
    }

    /** Has {@code from} slave these addresses, which have to become nodes all of them. */
    void slave(LanMachine from, String... addresses) {
        List<String> left = List.of(addresses);
        while (!left.isEmpty()) {
            int now = Math.min(width, left.size());
            List<CompletableFuture<Run>> runs = left.subList(0, now).stream()
                    .map(address -> CompletableFuture.supplyAsync(
                            () -> from.program("slave", address), Thread::startVirtualThread))
                    .toList();
            runs.forEach(run ->
                    assertThat(run.join().exitCode()).as(run.join().told()).isZero());
            left = left.subList(now, left.size());
        }
    }
}
