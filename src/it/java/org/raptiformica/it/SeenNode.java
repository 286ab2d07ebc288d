package org.raptiformica.it;

import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node that a test looks at from inside, whatever machine it is. */
interface SeenNode {

    /** The machine's name, which is the node's. */
    String name();

    /** Runs a shell command as root that has to succeed. */
    String shell(String command);

    /** Whether a shell command succeeds. */
    default boolean does(String command) {
        return shell("if " + command + " >/dev/null 2>&1; then echo yes; else echo no; fi")
                .endsWith("yes");
    }

    /** The members that this node knows: their status by their names. Empty while it cannot tell. */
    default Map<String, String> members() {
        return told("status");
    }

    /** The mesh addresses of the members that this node knows, by their names. */
    default Map<String, String> addresses() {
        return told("node");
    }

    private Map<String, String> told(String field) {
        Map<String, String> byName = new TreeMap<>();
        String json = shell("told=$(raptiformica members --output json 2>/dev/null) && echo \"$told\" || echo '[]'");
        for (JsonObject member : Cluster.objects(json)) {
            byName.put(member.get("name").getAsString(), member.get(field).getAsString());
        }
        return byName;
    }

    /** What the shared config on this node says in a field of a node's entry, found by the node's name. */
    default Optional<String> entry(String node, String field) {
        String keys = "raptiformica/meshnet/neighbours/";
        Optional<String> key = shell("consul kv get -recurse " + keys)
                .lines()
                .filter(line -> line.endsWith("/name:" + node))
                .map(line -> line.substring(keys.length(), line.indexOf("/name:")))
                .findFirst();
        return key.map(it -> shell("consul kv get " + keys + it + "/" + field + " 2>/dev/null || true"))
                .filter(value -> !value.isEmpty());
    }
}
