package org.raptiformica.agent.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.MeshEngine;

/**
 * This node: what it was told to be, its place in the mesh and its Consul.
 *
 * @param recordFile what the node was told to be
 * @param engine its mesh engine
 * @param consul its Consul
 * @param leaderProbe the same Consul, asked with little patience: while no server answers, a client agent waits long
 *     before it says so, and a status has to come at once
 * @param membership its Consul's view of the members
 */
public record Node(
        Path recordFile, MeshEngine engine, ConsulClient consul, ConsulClient leaderProbe, Membership membership) {

    private static final Duration RESTART = Duration.ofSeconds(10);

    /**
     * What the node was told to be; nothing on a machine that is no node.
     *
     * @throws org.raptiformica.failure.BadData when the file does not say it
     */
    public Optional<NodeRecord> record() {
        return NodeRecord.read(recordFile);
    }

    /** From now on the node is to be this. */
    public void write(NodeRecord record) {
        record.write(recordFile);
    }

    /** The node's address in the mesh, which is its name in the store as well. */
    public String meshAddress() {
        return engine.ensureIdentity().address().getHostAddress();
    }

    /** Whether the store has a leader, found out soon. Without one where the machine is no node. */
    public boolean storeAnswers() {
        return record().isPresent() && hasLeader();
    }

    /** Whether the node's Consul knows a leader, found out soon. */
    public boolean hasLeader() {
        try {
            return leaderProbe.raft().leader().isPresent();
        } catch (ConsulException notNow) {
            return false;
        }
    }

    /**
     * Waits for a Consul that is started again, ten seconds at most; says whether it answers, with a leader or without. On
     * a machine that is no node there is none to wait for.
     */
    public boolean consulIsBack() {
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
}
