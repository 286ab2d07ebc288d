package org.raptiformica.it;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Docker networks of one test and what is on them; all of it goes when the test ends, the last made first. */
final class Networks implements AutoCloseable {

    private final Deque<Runnable> made = new ArrayDeque<>();

    /** A network whose machines reach each other, and none of another network. */
    String network() {
        String name = "raptiformica-it-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Docker.run("network", "create", name);
        made.push(() -> Docker.run("network", "rm", name));
        return name;
    }

    Seat with(Seat seat) {
        made.push(seat::close);
        return seat;
    }

    @Override
    public void close() {
        while (!made.isEmpty()) {
            made.pop().run();
        }
    }
}
