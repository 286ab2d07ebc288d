package org.raptiformica.it;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A short one of what {@code bench/chaos} does for as long as one likes. */
@Isolated("it keeps both processors busy by itself")
class ChaosIT {

    private static final long SEED = 20261123;

    @Test
    @DisplayName("whatever happens to five nodes, nothing acknowledged is lost and all agree in the end")
    void nothingIsLost(@TempDir Path directory) {
        System.out.println(Chaos.run(directory, SEED, 5, 6));
    }
}
