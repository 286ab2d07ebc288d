package org.raptiformica.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.cjdns.RealCjdroute;
import org.raptiformica.provision.artifact.RealBinary;

/**
 * The mesh engine of the clusters that tests make: Yggdrasil, or what the system property {@code raptiformica.it.mesh}
 * names. This is the one switch: whatever runs the program in a test asks here what to say to it.
 */
final class MeshSwitch {

    private static final Set<String> CLUSTER_MAKERS = Set.of("spawn", "slave", "deploy");

    private MeshSwitch() {}

    static EngineKind engine() {
        String word = System.getProperty("raptiformica.it.mesh", "");
        if (word.isEmpty()) {
            return EngineKind.YGGDRASIL;
        }
        return EngineKind.named(word)
                .orElseThrow(() -> new IllegalArgumentException("-Draptiformica.it.mesh=" + EngineKind.words()));
    }

    /** A command of the program and its arguments; one that may make a cluster asks for this engine. */
    static List<String> words(EngineKind engine, String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        if (engine != EngineKind.YGGDRASIL && CLUSTER_MAKERS.contains(verb(words))) {
            words.addAll(1, List.of("--mesh", engine.word()));
        }
        return words;
    }

    /** The command of these words, also where they begin with the name of a program of 0.1. */
    static String verb(List<String> words) {
        return words.isEmpty() ? "" : words.getFirst().replaceAll("^raptiformica_|\\.py$", "");
    }

    /** Has all that a node with this engine needs in the artifacts of all tests; skips the test where that cannot be. */
    static void fetchArtifacts(EngineKind engine) {
        if (engine == EngineKind.CJDNS) {
            RealCjdroute.required();
        }
        List.of("consul", engine.tool()).forEach(RealBinary::of);
    }

    /** Skips a test of something that this engine alone has where the switch names another one. */
    static void only(EngineKind engine, String why) {
        boolean so = engine() == engine;
        if (!so) {
            System.out.println("skipped: " + why);
        }
        Assumptions.assumeTrue(so, why);
    }
}
