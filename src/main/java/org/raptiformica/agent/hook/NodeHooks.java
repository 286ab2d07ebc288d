package org.raptiformica.agent.hook;

import com.google.gson.JsonObject;
import org.raptiformica.agent.node.Log;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.provision.hook.HookRunner;

/** The hooks that fire on a node. */
public final class NodeHooks {

    private final HookRunner runner;
    private final Replica replica;
    private final Log log;

    /** @param log told of handlers that fail */
    public NodeHooks(HookRunner runner, Replica replica, Log log) {
        this.runner = runner;
        this.replica = replica;
        this.log = log;
    }

    /** Runs the handlers of a hook and returns while slow ones still run; failures are logged. */
    public void fire(String hook, JsonObject event) {
        runner.fire(replica::current, hook, event, result -> {
            if (result.failed()) {
                log.info("hook " + hook + ", handler " + result.handler() + " failed: " + result.told());
            }
        });
    }
}
