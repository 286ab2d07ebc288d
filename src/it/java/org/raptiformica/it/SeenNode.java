package org.raptiformica.it;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.raptiformica.cluster.api.MemberView;
import org.raptiformica.failure.Failure;
import org.raptiformica.mesh.EngineKind;

/** A node that a test looks at from inside, whatever machine it is. */
interface SeenNode {

    /** The machine's name, which is the node's. */
    String name();

    /** Runs a shell command as root that has to succeed. */
    String shell(String command);

    /** The container that it is. */
    Inside inside();

    /** Whether a shell command succeeds: see {@link Inside#does}. */
    default boolean does(String command) {
        return inside().does(command);
    }

    /** Whether it has what a client with this mesh engine needs to make nodes. */
    default boolean hasArtifacts(EngineKind mesh) {
        return does("cd /root/.raptiformica.d/artifacts/*/ && test -e consul && test -e " + mesh.tool());
    }

    /** The members that this node knows: their status by their names. Empty while it cannot tell. */
    default Map<String, String> members() {
        return told(view -> view.member().status().name().toLowerCase(Locale.ROOT));
    }

    /** The mesh addresses of the members that this node knows, by their names. */
    default Map<String, String> addresses() {
        return told(view -> view.member().node());
    }

    private Map<String, String> told(Function<MemberView, String> what) {
        Map<String, String> byName = new TreeMap<>();
        try {
            inside().agent().members().forEach(view -> byName.put(view.name(), what.apply(view)));
        } catch (Failure notNow) {
            // No node yet, or none at the moment.
        }
        return byName;
    }

    /**
     * The store's voting servers as it says itself, a line each that begins with the server's mesh address and has the word
     * {@code leader} for one; empty while it does not answer.
     */
    default List<String> voters() {
        return voters(inside());
    }

    /** The same, asked in any container. */
    static List<String> voters(Inside inside) {
        return inside.asked("consul operator raft list-peers 2>&1 || true")
                .lines()
                .filter(line -> line.contains(" true "))
                .toList();
    }

    /** What the shared config on this node says in a field of a node's entry, found by the node's name. */
    default Optional<String> entry(String node, String field) {
        String keys = "raptiformica/meshnet/neighbours/";
        Optional<String> key = inside().asked("consul kv get -recurse " + keys)
                .lines()
                .filter(line -> line.endsWith("/name:" + node))
                .map(line -> line.substring(keys.length(), line.indexOf("/name:")))
                .findFirst();
        return key.map(it -> inside().asked("consul kv get " + keys + it + "/" + field + " 2>/dev/null || true"))
                .filter(value -> !value.isEmpty());
    }
}
