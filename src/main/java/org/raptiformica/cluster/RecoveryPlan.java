package org.raptiformica.cluster;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
        List<StoreState> withData = answering.stream()
                .filter(node -> node.server() && node.data() && node.consulId().isPresent())
                .sorted(Comparator.comparing(StoreState::meshAddress))
                .toList();
        Set<String> configured = new HashSet<>();
        answering.forEach(node -> configured.addAll(node.servers()));
        Set<String> here = new HashSet<>();
        withData.forEach(node -> here.add(node.meshAddress()));
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
                    .max(Comparator.comparingLong(StoreState::replicaAt).thenComparing(StoreState::meshAddress))
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
