package org.raptiformica.agent.mesh;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.raptiformica.agent.lan.HeardAt;
import org.raptiformica.config.Neighbour;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;

/**
 * At which addresses a node dials another one, and in which order: where it was heard on the local network just now, then
 * the one that worked last, then the entry's host, then what the node says of itself, each with every transport. A private address that
 * the node found on an interface of its own is dialled only from the same local network; one with a port was advertised by
 * a person, who knows. None is dialled that leads back to this node.
 */
final class Candidates {

    private static final Pattern WITH_PORT =
            Pattern.compile("(?:\\[(?<v6>[^\\]]+)]|(?<host>[^:\\[\\]]+)):(?<port>[0-9]{1,5})");
    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z._:-]+");

    private final List<Transport> transports;
    private final OwnAddresses own;
    private final Map<String, List<HeardAt>> heard;

    /**
     * @param transports of the engine, the preferred first
     * @param heard where nodes were heard on the local network of late, by public key
     */
    Candidates(List<Transport> transports, OwnAddresses own, Map<String, List<HeardAt>> heard) {
        this.transports = List.copyOf(transports);
        this.own = own;
        this.heard = Map.copyOf(heard);
    }

    /** One place of the underlay. */
    private record Place(String host, int port) {}

    /** The addresses of a node, the preferred first; none where there is no hope to reach it from here. */
    List<PeerAddress> of(Neighbour node, Optional<PeerAddress> learned) {
        SequencedSet<Place> places = new LinkedHashSet<>();
        node.host().filter(_ -> node.dialable()).ifPresent(host -> places.add(new Place(host, node.meshPort())));
        node.addresses().stream().flatMap(text -> place(text, node).stream()).forEach(places::add);
        SequencedSet<PeerAddress> addresses = new LinkedHashSet<>();
        heard.getOrDefault(node.publicKey(), List.of()).stream()
                .map(it -> new Place(it.host(), it.port()))
                .filter(place -> !own.isOwn(place.host()))
                .flatMap(place -> addresses(node, place))
                .forEach(addresses::add);
        learned.filter(it -> !own.isOwn(it.host())).ifPresent(addresses::add);
        places.stream()
                .filter(place -> HOST.matcher(place.host()).matches() && !own.isOwn(place.host()))
                .flatMap(place -> addresses(node, place))
                .forEach(addresses::add);
        return List.copyOf(addresses);
    }

    /** Whether a node says that it is in a network that this one is in too. */
    boolean isNear(Neighbour node) {
        return node.addresses().stream().anyMatch(own::sharesNetwork);
    }

    /** Whether the node was heard on the local network of late. */
    boolean heard(Neighbour node) {
        return heard.containsKey(node.publicKey());
    }

    private Stream<PeerAddress> addresses(Neighbour node, Place place) {
        return transports.stream()
                .map(transport -> new PeerAddress(node.publicKey(), transport, place.host(), place.port()));
    }

    private Optional<Place> place(String text, Neighbour node) {
        Matcher parts = WITH_PORT.matcher(text);
        if (!parts.matches()) {
            return Optional.of(new Place(text, node.meshPort())).filter(place -> own.isNear(place.host()));
        }
        int port = Integer.parseInt(parts.group("port"));
        String host = Optional.ofNullable(parts.group("v6")).orElseGet(() -> parts.group("host"));
        return port < 1 || port > 65_535 ? Optional.empty() : Optional.of(new Place(host, port));
    }
}
