package org.raptiformica.cluster.entering;

import com.google.gson.JsonObject;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.provision.hook.HandlerResult;
import org.raptiformica.provision.hook.HookRunner;

/** The hooks that fire on the client, as steps of a machine's journey. */
public final class ClientHooks {

    private final HookRunner runner;
    private final ClusterConfig config;

    /** Runs the handlers that the config has. */
    public ClientHooks(HookRunner runner, ClusterConfig config) {
        this.runner = runner;
        this.config = config;
    }

    /** Fires a hook, in a step of its own where it has handlers; a failing handler is told and fails nothing. */
    public void fire(Journey journey, String hook, JsonObject event) {
        if (runner.handlers(config.cached(), hook).isEmpty()) {
            return;
        }
        journey.look("hook " + hook, () -> runner.run(config.cached(), hook, event, journey.track()::output)).stream()
                .filter(HandlerResult::failed)
                .forEach(result -> journey.track()
                        .warn("hook " + hook + ", handler " + result.handler() + " failed: " + result.told()));
    }
}
