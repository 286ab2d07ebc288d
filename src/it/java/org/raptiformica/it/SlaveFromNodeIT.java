package org.raptiformica.it;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.mesh.EngineKind;

/**
 * A node is a client too: it has all that makes another machine a node.
 *
 * <pre>
 *   A ---- network 1 ---- B ---- network 2 ---- C        A and C have no way to each other
 *
 *   A slaves itself and B, with what it has; B slaves C, with what A sent to B.
 * </pre>
 */
class SlaveFromNodeIT {

    @TempDir
    Path directory;

    @Test
    @DisplayName("a machine slaves itself and another; that one slaves a third that the first cannot reach")
    void theyBecomeOneNetwork() {
        linked(directory, MeshSwitch.engine());
    }

    static void linked(Path directory, EngineKind mesh) {
        try (Networks networks = new Networks()) {
            Path key = Seat.key(directory);
            String first = networks.network();
            String second = networks.network();
            Seat a = networks.with(Seat.withSshServer("a", key, first))
                    .meshedBy(mesh)
                    .withArtifacts();
            Seat b = networks.with(Seat.withSshServer("b", key, first, second));
            Seat c = networks.with(Seat.withSshServer("c", key, second));

            a.succeed("slave", "localhost");
            a.succeed("slave", b.on(first));
            b.shell("raptiformica slave " + c.on(second));

            Seat.allSeeAndReachAll(List.of(a, b, c));
        }
    }
}
