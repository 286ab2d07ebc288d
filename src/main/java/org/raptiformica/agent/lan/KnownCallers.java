package org.raptiformica.agent.lan;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.OwnAddresses;

/**
 * Sorts calls: remembered is one of another node of the cluster, from an address in a network of this node.
 *
 * <p>Nothing proves a call: whoever is on the network can make one, in the name of a node whose key he has seen. Then this
 * node dials an address beside it in vain, for it dials with that key pinned, and the password of links goes into a
 * keyed hash and never over the wire.
 */
public final class KnownCallers {

    private final Supplier<Optional<NodeRecord>> self;
    private final Supplier<Mapping> config;
    private final Supplier<OwnAddresses> addresses;
    private final HeardCalls heard;
    private final Runnable news;

    /**
     * @param self what this node was told to be
     * @param config the shared config as this node knows it
     * @param addresses of this machine now
     * @param news called when a node was heard where it was not heard before
     */
    public KnownCallers(
            Supplier<Optional<NodeRecord>> self,
            Supplier<Mapping> config,
            Supplier<OwnAddresses> addresses,
            HeardCalls heard,
            Runnable news) {
        this.self = self;
        this.config = config;
        this.addresses = addresses;
        this.heard = heard;
        this.news = news;
    }

    void called(Call call, InetAddress source) {
        try {
            boolean another = self.get()
                    .filter(it -> !it.publicKey().equals(call.publicKey()))
                    .flatMap(_ -> Neighbour.of(config.get(), call.publicKey()))
                    .isPresent();
            if (another) {
                place(call, source).ifPresent(it -> remember(call.publicKey(), it));
            }
        } catch (Failure | UncheckedIOException notNow) {
            // The reconcilers say so; it calls again.
        }
    }

    /** A link-local one leads nowhere without its interface, which no engine is told. */
    private Optional<HeardAt> place(Call call, InetAddress source) {
        return OwnAddresses.normal(source.getHostAddress())
                .filter(host -> !source.isLinkLocalAddress() && addresses.get().sharesNetwork(host))
                .map(host -> new HeardAt(host, call.meshPort()));
    }

    private void remember(String publicKey, HeardAt place) {
        if (heard.heard(publicKey, place)) {
            news.run();
        }
    }
}
