package org.raptiformica.consensus;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.consul.Event;
import org.raptiformica.consul.RaftServer;

/**
 * Who the voting servers of the store are, as the elected agent tells all nodes by a user event of Consul: gossip carries it
 * to nodes that know none of these servers and so cannot hear them, as after a partition. As text it is the index and the
 * addresses with a space between: {@code 1234 200:1::1 200:2::2}.
 *
 * @param index of the store, at which these were the servers: who has a shorter copy of it does not know that
 * @param voters mesh addresses, one at least
 */
public record Announcement(long index, Set<InetAddress> voters) {

    /** Each takes at most 40 bytes of the 350 that an event may have; five servers, and one that replaces another, are usual. */
    private static final int MOST = 7;

    /** The name of the event, and the key in the store under which {@link #servers} of the last one are kept. */
    public static final String NAME = "raptiformica_servers";

    public Announcement {
        voters = Set.copyOf(voters);
    }

    /** Those that vote in a configuration of the store. */
    public static Set<InetAddress> voters(List<RaftServer> configuration) {
        return configuration.stream()
                .filter(RaftServer::voter)
                .map(server -> RaftAddress.host(server.address()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The last of these events. Not the greatest index: a store that was founded anew after a loss counts from one again. What is
     * no announcement, of whoever fired it, counts for nothing.
     *
     * @param events oldest first
     */
    public static Optional<Announcement> last(List<Event> events) {
        return events.stream().flatMap(event -> parse(event.payload()).stream()).reduce((_, later) -> later);
    }

    static Optional<Announcement> parse(String text) {
        List<String> words = List.of(text.strip().split(" "));
        try {
            return Optional.of(new Announcement(
                            Long.parseLong(words.getFirst()),
                            words.stream().skip(1).map(InetAddress::ofLiteral).collect(Collectors.toSet())))
                    .filter(read -> read.index > 0 && !read.voters.isEmpty());
        } catch (IllegalArgumentException another) {
            return Optional.empty();
        }
    }

    /**
     * Whether the store goes on without a server that does not know it.
     *
     * @param copy how far that server's own copy of the store goes
     */
    public boolean replaces(InetAddress server, long copy) {
        return !voters.contains(server) && copy < index;
    }

    /** Whether gossip carries so many: not more than there should ever be. */
    public static boolean fitsAnEvent(Set<InetAddress> voters) {
        return voters.size() <= MOST;
    }

    /** Their addresses, with a space between. */
    public static String servers(Set<InetAddress> voters) {
        return voters.stream().map(InetAddress::getHostAddress).sorted().collect(Collectors.joining(" "));
    }

    /** As the event carries it. */
    public String text() {
        return index + " " + servers(voters);
    }
}
