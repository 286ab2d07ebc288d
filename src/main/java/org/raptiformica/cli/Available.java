package org.raptiformica.cli;

import com.google.gson.JsonObject;
import org.raptiformica.cluster.instance.Spawn;

/** The answer of {@code --check-available}; where the types are not available a failure says so. */
final class Available {

    private Available() {}

    static int print(Session session, Spawn.Wanted wanted) {
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("computeType", wanted.computeType());
            json.addProperty("serverType", wanted.serverType());
            json.addProperty("available", true);
            session.console().json(json);
        } else {
            session.console().say(wanted.computeType() + " " + wanted.serverType() + ": available");
        }
        return ExitCode.OK.number();
    }
}
