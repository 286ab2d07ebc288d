package org.raptiformica.cli;

import com.google.gson.JsonObject;
import java.time.Duration;
import org.raptiformica.cluster.instance.Spawn;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code package}: turns a provisioned instance into an image that later ones boot from. */
final class PackageVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "package",
                "Boots and provisions a machine and makes of it the image that later ones of its server type boot from,"
                        + " without what tells one machine from another.",
                "raptiformica package",
                "raptiformica package --compute-type docker --server-type headless");
        spec.addOption(Options.text("TYPE", "What the machine is to be (default: the first type).", "--server-type"));
        spec.addOption(Options.text("TYPE", "Where it is booted (default: the first type).", "--compute-type"));
        spec.addOption(Options.flag("Only tells whether such a machine can be booted here.", "--check-available"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        Spawn spawn = session.spawn();
        Spawn.Wanted wanted =
                spawn.choose(Options.value(arguments, "--compute-type"), Options.value(arguments, "--server-type"));
        if (Options.given(arguments, "--check-available")) {
            return Available.print(session, wanted);
        }
        long begin = System.nanoTime();
        String said = spawn.pack(wanted, session.progress());
        session.endProgress();
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("computeType", wanted.computeType());
            json.addProperty("serverType", wanted.serverType());
            json.addProperty("seconds", time.toMillis() / 1000.0);
            json.addProperty("said", said);
            session.console().json(json);
        } else {
            session.console()
                    .say("packaged " + wanted.computeType() + " " + wanted.serverType() + " in " + Seconds.text(time)
                            + ": later instances boot from it");
            if (!said.isEmpty()) {
                session.console().say(said);
            }
        }
        return ExitCode.OK.number();
    }
}
