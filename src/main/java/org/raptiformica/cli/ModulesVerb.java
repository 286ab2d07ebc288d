package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.raptiformica.cluster.module.KnownModules;
import org.raptiformica.config.module.ModuleCheck;
import org.raptiformica.config.module.ModuleDescription;
import org.raptiformica.config.module.Origin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code modules}: what is installed, where it came from, what it brings; or checks one that is being written. */
final class ModulesVerb implements Verb {

    private static final List<String> HEADER = List.of(
            "Module",
            "From",
            "Where",
            "Server types",
            "Compute types",
            "Hooks",
            "Artifacts",
            "Overrides",
            "Overridden in");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "modules",
                "Lists the modules that this client and the cluster have, in the order in which they are merged.",
                "raptiformica modules",
                "raptiformica modules --output json        with every key that one overrides in another",
                "raptiformica modules --check ./my-module  looks closely at one that you are writing");
        spec.addOption(Options.text("PATH", "Checks the module in this directory or file instead.", "--check"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        Optional<String> checked = Options.value(arguments, "--check");
        return checked.isPresent() ? check(Path.of(checked.get()).toAbsolutePath(), session) : list(session);
    }

    private static int list(Session session) {
        List<KnownModules.Known> modules = session.knownModules()
                .list(unreached -> session.console()
                        .warn("raptiformica: warning: only what is here: " + unreached.where() + ": "
                                + unreached.what()));
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            modules.forEach(known -> list.add(json(known)));
            session.console().json(list);
        } else {
            session.console()
                    .table(HEADER, modules.stream().map(ModulesVerb::row).toList());
        }
        modules.forEach(known -> session.tell(known.module().problems()));
        return ExitCode.OK.number();
    }

    private static JsonObject json(KnownModules.Known known) {
        JsonObject json = known.module().toJson();
        json.addProperty("where", known.place().name().toLowerCase(Locale.ROOT));
        return json;
    }

    private static List<String> row(KnownModules.Known known) {
        ModuleDescription module = known.module();
        return List.of(
                module.name(),
                from(module),
                where(known.place()),
                joined(module.serverTypes()),
                joined(module.computeTypes()),
                joined(hooks(module)),
                joined(module.artifacts()),
                conflicts(module.overrides()),
                conflicts(module.overriddenIn()));
    }

    private static String where(KnownModules.Place place) {
        return switch (place) {
            case HERE -> "here";
            case CLUSTER -> "cluster";
            case BOTH -> "here, cluster";
            case BOTH_DIFFERENT -> "here, cluster has another version";
        };
    }

    private static List<String> hooks(ModuleDescription module) {
        return module.handlers().stream()
                .map(handler -> handler.split("/", -1)[1])
                .distinct()
                .toList();
    }

    private static String from(ModuleDescription module) {
        return module.builtIn()
                ? "raptiformica"
                : module.origin().map(Origin::toString).orElse("a copy");
    }

    private static String conflicts(List<ModuleDescription.Conflict> conflicts) {
        List<String> others = conflicts.stream()
                .map(ModuleDescription.Conflict::module)
                .distinct()
                .toList();
        return conflicts.isEmpty()
                ? "-"
                : conflicts.size() + (conflicts.size() == 1 ? " key of " : " keys of ") + joined(others);
    }

    private static String joined(Collection<String> words) {
        return words.isEmpty() ? "-" : String.join(", ", words);
    }

    private static JsonArray words(Collection<String> words) {
        JsonArray list = new JsonArray();
        words.forEach(list::add);
        return list;
    }

    private static int check(Path path, Session session) {
        ModuleCheck check = ModuleCheck.of(path, session.program().modules());
        List<String> problems = check.module().problems().stream()
                .map(problem -> problem.message())
                .toList();
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("ok", check.ok());
            json.add("problems", words(problems));
            json.add("advice", words(check.advice()));
            session.console().json(json);
        } else {
            problems.forEach(problem -> session.console().say("wrong: " + problem));
            check.advice().forEach(advice -> session.console().say("perhaps not meant: " + advice));
            session.console()
                    .say(check.module().name() + ": " + check.module().files().size() + " module files, "
                            + (check.ok() ? "good" : "not good"));
        }
        return (check.ok() ? ExitCode.OK : ExitCode.BAD_DATA).number();
    }
}
