package org.raptiformica.cli;

import com.google.gson.JsonObject;
import org.raptiformica.agent.Agent;
import org.raptiformica.cluster.program.AgentService;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code agent}: the daemon of a node, or with {@code --ensure} what sees to it that it runs. */
final class AgentVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "agent",
                "On a node: runs for ever and keeps mesh and store in the state that the shared config asks for.",
                "raptiformica agent              in the foreground, as the supervision runs it",
                "raptiformica agent --ensure     starts it supervised unless this version runs already");
        spec.addOption(Options.flag("Sees to it that the agent runs, and prints who this node is.", "--ensure"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        if (!Options.given(arguments, "--ensure")) {
            new Agent(session.node(), session.program().id()).run();
            return ExitCode.OK.number();
        }
        AgentService.Ensured ensured = session.agentService().ensure();
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("changed", ensured.changed());
            json.add("status", ensured.status().toJson());
            session.console().json(json);
        } else {
            session.console()
                    .say((ensured.changed() ? "started: " : "runs: ")
                            + ensured.status().meshAddress());
        }
        return ExitCode.OK.number();
    }
}
