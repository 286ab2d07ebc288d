package org.raptiformica.cluster.recovery;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.api.StoreState;

/** What would bring a store back whose quorum is lost; see docs/recovery.md for the rule. */
public sealed interface RecoveryPlan {

    /** Nothing is to be recovered, or not this way. */
    record Nothing(String why) implements RecoveryPlan {}

    /**
     * The servers that are left go on with their data, alone.
     *
     * @param lost mesh addresses of the servers that are taken for gone for good
     */
    record GoOn(List<StoreServer> servers, List<String> lost) implements RecoveryPlan {}

    /**
     * No server's data is left: a node founds a new store from its replica of the shared config. What others kept in the
     * old store besides the shared config is lost with its servers.
     */
    record FoundAnew(String meshAddress, List<String> lost) implements RecoveryPlan {}

    /** The plan for what the nodes that answer have. */
    static RecoveryPlan of(Collection<StoreState> answering) {
        if (answering.isEmpty()) {
            return new Nothing("no node answers");
        }
        Optional<StoreState> led = answering.stream().filter(StoreState::leader).findFirst();
        if (led.isPresent()) {
            return new Nothing("the store has a leader, " + led.get().meshAddress() + " knows it");
        }
        return unclear(answering).<RecoveryPlan>map(Nothing::new).orElseGet(() -> ofTheLeft(answering));
    }

    /** What has to be known first: a plan without it could lose data, or make a second store. */
    private static Optional<String> unclear(Collection<StoreState> answering) {
        Set<String> here = addresses(answering);
        Optional<String> silent = answering.stream()
                .flatMap(node -> node.alive().stream())
                .filter(server -> !here.contains(server))
                .min(Comparator.naturalOrder())
                .map(server -> "the server " + server
                        + " is alive, and cannot be asked from here: run this on it, or stop" + " its Consul");
        return silent.or(() -> answering.stream()
                .filter(node -> node.server() && node.data() && node.alive().isEmpty())
                .map(node -> "the Consul of the server " + node.meshAddress()
                        + ", which has data, does not answer: look" + " into its log, or wait until it is started")
                .findFirst());
    }

    private static Set<String> addresses(Collection<StoreState> nodes) {
        return nodes.stream().map(StoreState::meshAddress).collect(Collectors.toSet());
    }

    private static RecoveryPlan ofTheLeft(Collection<StoreState> answering) {
        // A copy whose configuration does not name its own server was never filled, or is one of an earlier time.
        List<StoreState> withData = answering.stream()
                .filter(node -> node.server() && node.data() && node.consulId().isPresent())
                .filter(node -> node.servers().contains(node.meshAddress()))
                .sorted(Comparator.comparing(StoreState::meshAddress))
                .toList();
        Set<String> configured = new HashSet<>();
        answering.forEach(node -> configured.addAll(node.servers()));
        Set<String> here = addresses(withData);
        long present = configured.stream().filter(here::contains).count();
        if (present > configured.size() / 2) {
            return new Nothing(present + " of " + configured.size()
                    + " servers answer: enough to elect a leader by themselves, which takes some seconds");
        }
        List<String> lost = configured.stream()
                .filter(node -> !here.contains(node))
                .sorted()
                .toList();
        if (withData.isEmpty()) {
            return answering.stream()
                    .max(Comparator.comparingLong(StoreState::base)
                            .thenComparingLong(StoreState::replicaAt)
                            .thenComparing(StoreState::meshAddress))
                    .<RecoveryPlan>map(node -> new FoundAnew(node.meshAddress(), lost))
                    .orElseThrow();
        }
        return new GoOn(
                withData.stream()
                        .map(node -> new StoreServer(
                                node.meshAddress(), node.consulId().orElseThrow()))
                        .toList(),
                lost);
    }
}
