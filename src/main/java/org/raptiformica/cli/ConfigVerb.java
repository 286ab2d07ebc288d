package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.cluster.api.SharedConfigView;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code config}: reads and changes the shared config, also where the store or the whole cluster cannot be reached. */
final class ConfigVerb implements Verb {

    private static final String HIDDEN = "(hidden: name the key to see it)";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "config",
                "Shows or changes the shared config. Without a quorum it shows the replica and keeps changes until there is"
                        + " one.",
                "raptiformica config                             all of it",
                "raptiformica config get server/web              a key, or all below it",
                "raptiformica config set server/web/app/bootstrap ./deploy.sh",
                "raptiformica config delete server/web/app/bootstrap",
                "raptiformica config delete-below server/web");
        spec.addPositional(Options.argument(
                "get|set|delete|delete-below KEY [VALUE]",
                "0..*",
                "What to do; keys may begin with raptiformica/ or not."));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<String> words = List.of(arguments.matchedPositionalValue(0, new String[0]));
        String action = words.isEmpty() ? "get" : words.getFirst();
        return switch (action + "/" + Math.max(1, words.size())) {
            case "get/1" -> show(session, Optional.empty());
            case "get/2" -> show(session, Optional.of(key(words.get(1))));
            case "set/3" -> change(session, new Change.Set(key(words.get(1)), words.get(2)));
            case "delete/2" -> change(session, new Change.Delete(key(words.get(1))));
            case "delete-below/2" -> change(session, new Change.DeleteBelow(key(words.get(1))));
            default ->
                throw new BadData(
                        "config " + String.join(" ", words),
                        "is none of: get [KEY], set KEY VALUE, delete KEY, delete-below KEY",
                        "See `raptiformica config --help`.");
        };
    }

    private static String key(String given) {
        return given.startsWith(Keys.ROOT + "/") ? given : Keys.below(given);
    }

    private static int show(Session session, Optional<String> key) {
        SharedConfigView view = session.config().view();
        if (!view.fromStore()) {
            String asOf = view.asOf().map(Object::toString).orElse("before the cluster was");
            String queued = view.queued() == 0 ? "" : ", " + view.queued() + " queued on top";
            session.console().warn("as of " + asOf + ", no quorum" + queued);
        }
        Optional<String> value = key.flatMap(view.mapping()::get);
        Mapping below = key.map(view.mapping()::below).orElse(view.mapping());
        if (key.isPresent() && value.isEmpty() && below.isEmpty()) {
            throw new BadData(
                    "the shared config",
                    "it has nothing at " + key.get(),
                    "See `raptiformica config` for what it has.");
        }
        Mapping shown = value.map(text -> below.with(key.orElseThrow(), text)).orElse(below);
        if (session.format() == OutputFormat.JSON) {
            session.console().json(json(view, shown, key));
        } else if (value.isPresent() && below.isEmpty()) {
            session.console().say(value.get());
        } else {
            shown.asMap().forEach((name, text) -> session.console().say(name + " = " + shownText(name, text, key)));
        }
        return ExitCode.OK.number();
    }

    private static JsonElement json(SharedConfigView view, Mapping shown, Optional<String> key) {
        JsonObject entries = new JsonObject();
        for (Map.Entry<String, String> entry : shown.asMap().entrySet()) {
            entries.addProperty(entry.getKey(), shownText(entry.getKey(), entry.getValue(), key));
        }
        JsonObject json = new JsonObject();
        json.addProperty("fromStore", view.fromStore());
        view.asOf().ifPresent(when -> json.addProperty("asOf", when.toString()));
        json.addProperty("queued", view.queued());
        json.add("config", entries);
        return json;
    }

    private static String shownText(String key, String value, Optional<String> asked) {
        return key.endsWith("/password") && !asked.equals(Optional.of(key)) ? HIDDEN : value;
    }

    private static int change(Session session, Change change) {
        ClusterConfig.Changed changed = session.config().change(List.of(change));
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("result", changed.name().toLowerCase(Locale.ROOT));
            JsonArray changes = new JsonArray();
            changes.add(change.toJson());
            json.add("changes", changes);
            session.console().json(json);
        } else {
            session.console().say(told(changed));
        }
        return ExitCode.OK.number();
    }

    private static String told(ClusterConfig.Changed changed) {
        return switch (changed) {
            case STORED -> "stored";
            case QUEUED_ON_A_NODE -> "queued on a node: there is no quorum, it is stored as soon as there is one";
            case QUEUED_HERE -> "queued here: no node answers, the next command that reaches one brings it there";
        };
    }
}
