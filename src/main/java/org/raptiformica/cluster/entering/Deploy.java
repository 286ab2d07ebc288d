package org.raptiformica.cluster.entering;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.LoginKeyFiles;
import org.raptiformica.cluster.inventory.Entry;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.leaving.FarClean;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.SshHost;

/**
 * Brings the machines of an inventory in, several at a time. One machine's failure stops no other, and what is there
 * already is kept: run again, it does what is missing.
 */
public final class Deploy {

    private final ClusterConfig config;
    private final Connections connections;
    private final LoginKeyFiles keyFiles;
    private final Slave slave;

    /** Deploys with these parts. */
    public Deploy(ClusterConfig config, Connections connections, LoginKeyFiles keyFiles, Slave slave) {
        this.config = config;
        this.connections = connections;
        this.keyFiles = keyFiles;
        this.slave = slave;
    }

    /**
     * How it is done.
     *
     * @param path how far each machine goes
     * @param atOnce how many machines at a time
     * @param recreate whether the machines are cleaned first
     */
    public record Options(SlaveOptions path, int atOnce, boolean recreate) {}

    /** Brings machines in; the results are in the order of the entries. */
    public List<MachineResult> run(List<Entry> entries, Options options, Progress progress) {
        entries.forEach(this::rememberKeys);
        config.refresh();
        Map<Entry, Journey> journeys = new LinkedHashMap<>();
        Map<Entry, MachineResult> results = new LinkedHashMap<>();
        entries.forEach(entry ->
                journeys.put(entry, new Journey(progress.track(entry.machine().toString()))));
        if (options.recreate()) {
            results.putAll(clean(journeys, options.atOnce()));
        }
        List<Entry> left =
                entries.stream().filter(entry -> !results.containsKey(entry)).toList();
        results.putAll(Parallel.over(
                left,
                options.atOnce(),
                entry -> slave.run(entry.route(), options.path(), at(journeys, entry), noId())));
        // Machines that arrived at the same time have overwritten each other's entries in the cache: the store has all.
        config.refresh();
        return entries.stream().map(results::get).toList();
    }

    /** Looks at each machine and tells, step by step, what {@link #run} would change; changes nothing on any of them. */
    public List<MachineResult> rehearse(List<Entry> entries, Options options, Progress progress) {
        return List.copyOf(Parallel.over(entries, options.atOnce(), entry -> {
                    Journey journey = new Journey(progress.track(entry.machine().toString()));
                    return slave.rehearse(entry.route(), options.path(), options.recreate(), journey);
                })
                .values());
    }

    private static Journey at(Map<Entry, Journey> journeys, Entry entry) {
        return Optional.ofNullable(journeys.get(entry)).orElseThrow();
    }

    private static Optional<String> noId() {
        return Optional.empty();
    }

    private void rememberKeys(Entry entry) {
        entry.identity().ifPresent(identity -> keyFiles.remember(entry.machine(), identity));
        entry.via().ifPresent(this::rememberKeys);
    }

    /** What was there before is forgotten before anything new begins: a machine must not wait for one that is gone. */
    private Map<Entry, MachineResult> clean(Map<Entry, Journey> journeys, int atOnce) {
        Map<Entry, MachineResult> failed = new LinkedHashMap<>();
        List<Entry> cleaned = new ArrayList<>();
        Map<Entry, Optional<String>> keys = new ConcurrentHashMap<>();
        Parallel.over(List.copyOf(journeys.keySet()), atOnce, entry -> clean(entry, at(journeys, entry), keys))
                .forEach((entry, failure) -> {
                    if (failure.isEmpty()) {
                        cleaned.add(entry);
                    } else {
                        failed.put(entry, MachineResult.of(entry.machine().toString(), at(journeys, entry), failure));
                    }
                });
        config.someWereCleaned();
        forget(cleaned, keys);
        return failed;
    }

    /** Who it was is asked before, while there is something that knows it; {@code keys} is told. */
    private Optional<Failure> clean(Entry entry, Journey journey, Map<Entry, Optional<String>> keys) {
        try {
            SshHost host = journey.look("connect", () -> connections.to(entry.route()));
            Slave.holdingOn(host, journey, () -> {
                keys.merge(entry, publicKey(host), (before, now) -> now.or(() -> before));
                journey.step("clean", () -> FarClean.run(host));
            });
            return Optional.empty();
        } catch (RuntimeException thrown) {
            return Optional.of(journey.ends(entry.machine().toString(), thrown));
        }
    }

    private static Optional<String> publicKey(SshHost host) {
        try {
            return Optional.of(new AgentClient(new SshChannel(host)).status().publicKey());
        } catch (NoCluster | StepFailed noAgent) {
            return Optional.empty();
        }
    }

    private void forget(List<Entry> cleaned, Map<Entry, Optional<String>> keys) {
        List<Neighbour> nodes = Neighbour.all(config.cached());
        List<Neighbour> gone = nodes.stream()
                .filter(node -> cleaned.stream()
                        .anyMatch(entry -> isOf(node, entry, keys.getOrDefault(entry, Optional.empty()))))
                .toList();
        List<Change> changes = gone.stream()
                .<Change>map(node -> new Change.DeleteBelow(Keys.neighbour(node.publicKey())))
                .toList();
        List<Neighbour> left =
                nodes.stream().filter(node -> !gone.contains(node)).toList();
        if (left.isEmpty()) {
            config.remember(changes);
        } else if (!gone.isEmpty()) {
            tell(left, changes, gone);
        }
    }

    /** Not through the node that serves this command: it may be one of those that were cleaned. */
    private void tell(List<Neighbour> left, List<Change> changes, List<Neighbour> gone) {
        List<Neighbour> dialable =
                left.stream().filter(node -> node.host().isPresent()).toList();
        Optional<AgentClient> agent = Parallel.firstOf(dialable, this::joined).map(this::agentOf);
        config.change(changes, agent);
        try {
            agent.ifPresent(
                    it -> it.forget(gone.stream().map(Neighbour::meshAddress).toList()));
        } catch (Failure lost) {
            // The nodes that were cleaned count as failed until the others see that nobody knows them any more.
        }
    }

    private boolean joined(Neighbour node) {
        try {
            return agentOf(node).status().joined();
        } catch (Failure away) {
            return false;
        }
    }

    private AgentClient agentOf(Neighbour node) {
        return new AgentClient(new SshChannel(connections.to(node)));
    }

    private static boolean isOf(Neighbour node, Entry entry, Optional<String> publicKey) {
        return publicKey.map(node.publicKey()::equals).orElseGet(() -> isAt(node, entry));
    }

    private static boolean isAt(Neighbour node, Entry entry) {
        return node.host().filter(entry.machine().host()::equals).isPresent()
                && node.sshPort() == entry.machine().port();
    }
}
