package org.raptiformica.consul;

import java.time.Duration;
import java.util.List;

/** The agent that answers ({@code /v1/agent}); none of this needs a leader. */
public final class LocalAgent {

    /** Leaving waits for the gossip and for Consul's drain time of five seconds. */
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(30);

    private final Exchange exchange;

    LocalAgent(Exchange exchange) {
        this.exchange = exchange;
    }

    /** The members it sees, itself too. */
    public List<AgentMember> members() {
        return exchange.json(Request.get("/v1/agent/members"), json -> Json.objects(json, AgentMember::of));
    }

    /** Itself. */
    public AgentSelf self() {
        return exchange.json(Request.get("/v1/agent/self"), AgentSelf::of);
    }

    /**
     * Joins the cluster that another agent is in.
     *
     * @param address bare or {@code [v6]:port}
     * @throws ConsulException.Refused if it does not answer or has another key
     */
    public void join(String address) {
        exchange.ok(Request.put("/v1/agent/join/" + KeyPath.segment(address)));
    }

    /** Leaves the cluster; the agent then ends. */
    public void leave() {
        exchange.ok(Request.put("/v1/agent/leave").withLimit(LEAVE_LIMIT));
    }

    /**
     * Declares a failed member to have left.
     *
     * @throws ConsulException.Refused if there is no such member
     */
    public void forceLeave(String node) {
        exchange.ok(Request.put("/v1/agent/force-leave/" + KeyPath.segment(node)));
    }

    /**
     * Removes a failed or left member from the list as well.
     *
     * @throws ConsulException.Refused if there is no such member
     */
    public void forceLeaveAndPrune(String node) {
        exchange.ok(
                Request.put("/v1/agent/force-leave/" + KeyPath.segment(node)).with("prune"));
    }

    /** Reads the configuration again, as far as that works without a restart. */
    public void reload() {
        exchange.ok(Request.put("/v1/agent/reload"));
    }
}
