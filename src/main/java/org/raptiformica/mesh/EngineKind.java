package org.raptiformica.mesh;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;

/** The mesh engines that this program knows. All nodes of a cluster have the same one. */
public enum EngineKind {
    /** Links over TLS or QUIC; what a cluster has that was not told otherwise. */
    YGGDRASIL("yggdrasil"),
    /** Links over UDP. */
    CJDNS("cjdroute");

    private final String tool;

    EngineKind(String tool) {
        this.tool = tool;
    }

    /** The name in the shared config and of the service: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The artifact that brings it. */
    public String tool() {
        return tool;
    }

    /** What its links go over, the preferred first. */
    public List<Transport> transports() {
        return switch (this) {
            case YGGDRASIL -> List.of(Transport.TLS, Transport.QUIC);
            case CJDNS -> List.of(Transport.UDP);
        };
    }

    /** The engine of this name; empty for a name that this version does not know. */
    public static Optional<EngineKind> named(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    /** All names, for people: {@code yggdrasil|cjdns}. */
    public static String words() {
        return Arrays.stream(values()).map(EngineKind::word).collect(Collectors.joining("|"));
    }

    /**
     * The engine of the cluster whose shared config this is. That of 0.1 names none and is of cjdns.
     *
     * @throws BadData when it is one that this version does not know
     */
    public static EngineKind of(Mapping mapping) {
        String word =
                mapping.get(Keys.MESH_ENGINE).orElseGet(() -> unnamed(mapping).word());
        return named(word)
                .orElseThrow(() -> new BadData(
                        Keys.MESH_ENGINE,
                        "the cluster's mesh engine is '" + word + "', which this version does not know",
                        "Upgrade raptiformica on the client and slave this machine again."));
    }

    private static EngineKind unnamed(Mapping mapping) {
        boolean nodes =
                Neighbour.all(mapping).stream().anyMatch(node -> node.engine().equals(CJDNS.word()));
        boolean secret = mapping.get(Keys.meshPassword(CJDNS.word())).isPresent()
                && mapping.get(Keys.meshPassword(YGGDRASIL.word())).isEmpty();
        return nodes || secret ? CJDNS : YGGDRASIL;
    }
}
