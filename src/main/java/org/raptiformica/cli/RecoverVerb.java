package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.recovery.Recover;
import org.raptiformica.cluster.recovery.RecoveryPlan;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code recover}: brings a store back whose quorum is lost for good. */
final class RecoverVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "recover",
                "Brings the store back when so many of its servers are gone for good that the others cannot elect a leader."
                        + " Shows what it would do; does it with --yes. No data is deleted.",
                "raptiformica recover         what is found, and the plan",
                "raptiformica recover --yes   carries it out");
        spec.addOption(Options.flag("Carries the plan out: the servers it calls lost are gone for good.", "--yes"));
        spec.addOption(Options.flag("Only shows the plan, as without --yes.", "--dry-run"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        Recover recover = session.recover();
        Recover.Findings findings = recover.look(session.progress());
        boolean nothing = findings.plan() instanceof RecoveryPlan.Nothing;
        boolean doing = Options.given(arguments, "--yes") && !Options.given(arguments, "--dry-run") && !nothing;
        session.endProgress();
        if (session.format() == OutputFormat.TABLE) {
            lines(findings.plan()).forEach(session.console()::say);
        }
        if (doing) {
            recover.carryOut(findings);
        }
        if (session.format() == OutputFormat.JSON) {
            session.console().json(json(findings, doing));
        } else if (!nothing) {
            session.console().say(doing ? "the store has a leader again" : "nothing was done; --yes does it");
        }
        return ExitCode.OK.number();
    }

    private static List<String> lines(RecoveryPlan plan) {
        return switch (plan) {
            case RecoveryPlan.Nothing(String why) -> List.of("nothing to recover: " + why);
            case RecoveryPlan.GoOn(List<StoreServer> servers, List<String> lost) ->
                List.of(
                        "the store goes on with the data of: " + String.join(", ", addresses(servers)),
                        "without the servers: " + String.join(", ", lost),
                        "Each of these must be gone for good, or stopped: two of them that run somewhere, cut off from here,"
                                + " would be a second store.");
            case RecoveryPlan.FoundAnew(String founder, List<String> lost) ->
                List.of(
                        "no server's data is left: " + founder
                                + " founds a new store from its replica of the shared config",
                        "without the servers: " + (lost.isEmpty() ? "(not known)" : String.join(", ", lost)),
                        "Each of these must be gone for good, or stopped. What was in the store besides the shared config is"
                                + " gone with them.");
        };
    }

    private static List<String> addresses(List<StoreServer> servers) {
        return servers.stream().map(StoreServer::meshAddress).toList();
    }

    private static JsonObject json(Recover.Findings findings, boolean done) {
        JsonObject json = new JsonObject();
        switch (findings.plan()) {
            case RecoveryPlan.Nothing(String why) -> {
                json.addProperty("plan", "nothing");
                json.addProperty("why", why);
            }
            case RecoveryPlan.GoOn(List<StoreServer> servers, List<String> lost) -> {
                json.addProperty("plan", "go on");
                json.add("servers", array(addresses(servers)));
                json.add("lost", array(lost));
            }
            case RecoveryPlan.FoundAnew(String founder, List<String> lost) -> {
                json.addProperty("plan", "found anew");
                json.add("servers", array(List.of(founder)));
                json.add("lost", array(lost));
            }
        }
        json.add("silent", array(findings.silent()));
        json.addProperty("done", done);
        return json;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
