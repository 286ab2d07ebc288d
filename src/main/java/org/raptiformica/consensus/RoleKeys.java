package org.raptiformica.consensus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.raptiformica.consul.KeyValue;

/**
 * Where in the store it is kept who decides and what was decided: outside of {@code raptiformica/}, since none of it
 * means anything to another store. A node's agent follows {@code raptiformica_roles/NODE}; a node that is about to leave
 * is marked by {@code raptiformica_roles/NODE/leaving}.
 */
public final class RoleKeys {

    /** All of them. */
    public static final String PREFIX = "raptiformica_roles/";
    /** The lock of the one that decides. Never deleted: that would start the fencing tokens anew. */
    public static final String LEAD = PREFIX + "lead";

    private static final String LEAVING = "/leaving";

    private RoleKeys() {}

    /** What a node was told to be. */
    public static String role(String node) {
        return PREFIX + node;
    }

    /** Present while a node is about to leave. */
    public static String leaving(String node) {
        return role(node) + LEAVING;
    }

    /** The word for a role in the store. */
    public static String word(ConsulRole role) {
        return role.server() ? "server" : "client";
    }

    /** The role that an entry tells; a word that is none, of whoever wrote it, is a client's, which does no harm. */
    public static ConsulRole role(KeyValue entry) {
        return entry.text().strip().toLowerCase(Locale.ROOT).equals("server") ? ConsulRole.SERVER : ConsulRole.CLIENT;
    }

    /** What each node was told to be, by its mesh address. */
    public static Map<String, ConsulRole> told(List<KeyValue> entries) {
        Map<String, ConsulRole> told = new HashMap<>();
        entries.stream()
                .filter(entry -> !entry.key().equals(LEAD) && !entry.key().endsWith(LEAVING))
                .forEach(entry -> told.put(entry.key().substring(PREFIX.length()), role(entry)));
        return told;
    }

    static Set<String> leaving(List<KeyValue> entries) {
        Set<String> leaving = new HashSet<>();
        entries.stream()
                .map(KeyValue::key)
                .filter(key -> key.endsWith(LEAVING))
                .forEach(key -> leaving.add(key.substring(PREFIX.length(), key.length() - LEAVING.length())));
        return leaving;
    }
}
