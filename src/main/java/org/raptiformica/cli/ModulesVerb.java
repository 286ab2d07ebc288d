package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.raptiformica.config.module.ModuleCheck;
import org.raptiformica.config.module.ModuleDescription;
import org.raptiformica.config.module.Origin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code modules}: what is installed, where it came from, what it brings; or checks one that is being written. */
final class ModulesVerb implements Verb {

    private static final List<String> HEADER = List.of(
            "Module", "From", "Server types", "Compute types", "Hooks", "Artifacts", "Overrides", "Overridden in");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "modules",
                "Lists the modules that this client has, in the order in which they are merged.",
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
        List<ModuleDescription> modules = session.moduleCatalogue().list();
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            modules.forEach(module -> list.add(json(module)));
            session.console().json(list);
        } else {
            session.console()
                    .table(HEADER, modules.stream().map(ModulesVerb::row).toList());
        }
        modules.stream()
                .flatMap(module -> module.problems().stream())
                .forEach(problem -> session.console().warn("raptiformica: warning: " + problem.message()));
        return ExitCode.OK.number();
    }

    private static List<String> row(ModuleDescription module) {
        return List.of(
                module.name(),
                from(module),
                joined(module.serverTypes()),
                joined(module.computeTypes()),
                joined(hooks(module)),
                joined(module.artifacts()),
                conflicts(module.overrides()),
                conflicts(module.overriddenIn()));
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
                : module.origin().map(Origin::toString).orElse("raptiformica or a copy");
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

    private static JsonObject json(ModuleDescription module) {
        JsonObject json = new JsonObject();
        json.addProperty("module", module.name());
        json.addProperty("builtIn", module.builtIn());
        json.addProperty("path", module.path().toString());
        module.origin().ifPresent(origin -> {
            json.addProperty("url", origin.url());
            origin.ref().ifPresent(ref -> json.addProperty("ref", ref));
            json.addProperty("commit", origin.commit());
        });
        json.add("serverTypes", words(module.serverTypes()));
        json.add("computeTypes", words(module.computeTypes()));
        json.add("handlers", words(module.handlers()));
        json.add("artifacts", words(module.artifacts()));
        json.add("overrides", keys(module.overrides()));
        json.add("overriddenIn", keys(module.overriddenIn()));
        json.add(
                "problems",
                words(module.problems().stream()
                        .map(problem -> problem.message())
                        .toList()));
        return json;
    }

    private static JsonArray words(Collection<String> words) {
        JsonArray list = new JsonArray();
        words.forEach(list::add);
        return list;
    }

    private static JsonArray keys(List<ModuleDescription.Conflict> conflicts) {
        JsonArray list = new JsonArray();
        conflicts.forEach(conflict -> {
            JsonObject json = new JsonObject();
            json.addProperty("key", conflict.key());
            json.addProperty("module", conflict.module());
            list.add(json);
        });
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
