package org.raptiformica.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.MeshEngine;

/**
 * The parts of this node that the agent works with.
 *
 * @param program the id of the program that runs
 * @param recordFile what the node was told to be
 * @param cache where the node keeps what it knows
 * @param replica the shared config as this node knows it
 * @param engine its mesh engine
 * @param consul its Consul
 * @param leaderProbe the same Consul, asked with little patience: while no server answers, a client agent waits long
 *     before it says so, and a status has to come at once
 * @param membership its Consul's view of the members
 * @param store the shared config in Consul
 * @param changes the way into it
 * @param modules the files of the modules, here and in Consul
 * @param hooks fires the hooks of this node
 */
record Node(
        String program,
        Path recordFile,
        CacheDirectory cache,
        Replica replica,
        MeshEngine engine,
        ConsulClient consul,
        ConsulClient leaderProbe,
        Membership membership,
        SharedConfig store,
        SharedChanges changes,
        ModuleFiles modules,
        NodeHooks hooks) {

    private static final Duration RESTART = Duration.ofSeconds(10);

    Optional<NodeRecord> record() {
        return NodeRecord.read(recordFile);
    }

    /** Whether the store has a leader, found out soon. */
    boolean storeAnswers() {
        return record().isPresent() && hasLeader(leaderProbe);
    }

    /**
     * Waits for a Consul that is started again, ten seconds at most; says whether it answers, with a leader or without. On
     * a machine that is no node there is none to wait for.
     */
    boolean consulIsBack() {
        if (record().isEmpty()) {
            return false;
        }
        try {
            return Waiting.until("answer of Consul", RESTART, () -> answers() ? Optional.of(true) : Optional.empty());
        } catch (StepFailed stillAway) {
            return false;
        }
    }

    private boolean answers() {
        try {
            leaderProbe.agent().self();
            return true;
        } catch (ConsulException notYet) {
            return false;
        }
    }

    /** Whether this Consul knows a leader. */
    static boolean hasLeader(ConsulClient probe) {
        try {
            return probe.raft().leader().isPresent();
        } catch (ConsulException notNow) {
            return false;
        }
    }

    void write(NodeRecord record) {
        record.write(recordFile);
    }
}
