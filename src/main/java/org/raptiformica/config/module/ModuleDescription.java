package org.raptiformica.config.module;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.raptiformica.config.ModuleProblem;

/**
 * A module as a person sees it.
 *
 * @param name the name of its directory
 * @param builtIn whether it came with the program
 * @param path its directory
 * @param origin where it was installed from, where that is known
 * @param serverTypes the server types that it adds to
 * @param computeTypes the compute types that it adds to
 * @param handlers its hook handlers, as {@code platform/hook/handler}
 * @param artifacts the tools of which it describes artifacts
 * @param overrides the keys to which it gives another value than a module before it
 * @param overriddenIn the keys to which a module after it gives another value
 * @param problems what is wrong in it and was left out
 */
public record ModuleDescription(
        String name,
        boolean builtIn,
        Path path,
        Optional<Origin> origin,
        SortedSet<String> serverTypes,
        SortedSet<String> computeTypes,
        SortedSet<String> handlers,
        SortedSet<String> artifacts,
        List<Conflict> overrides,
        List<Conflict> overriddenIn,
        List<ModuleProblem> problems) {

    /**
     * A key that two modules give different values.
     *
     * @param key the key
     * @param module the other module's name
     */
    public record Conflict(String key, String module) {}

    /** The module as a JSON object; a problem is one line. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("module", name);
        json.addProperty("builtIn", builtIn);
        json.addProperty("path", path.toString());
        origin.ifPresent(from -> {
            json.addProperty("url", from.url());
            from.ref().ifPresent(ref -> json.addProperty("ref", ref));
            json.addProperty("commit", from.commit());
        });
        json.add("serverTypes", words(serverTypes));
        json.add("computeTypes", words(computeTypes));
        json.add("handlers", words(handlers));
        json.add("artifacts", words(artifacts));
        json.add("overrides", conflicts(overrides));
        json.add("overriddenIn", conflicts(overriddenIn));
        json.add("problems", words(problems.stream().map(ModuleProblem::message).toList()));
        return json;
    }

    /** The reverse of {@link #toJson()}, without the problems: they are told where the files are. */
    public static ModuleDescription from(JsonObject json) {
        return new ModuleDescription(
                json.get("module").getAsString(),
                json.get("builtIn").getAsBoolean(),
                Path.of(json.get("path").getAsString()),
                json.has("url")
                        ? Optional.of(new Origin(
                                json.get("url").getAsString(),
                                Optional.ofNullable(json.get("ref")).map(ref -> ref.getAsString()),
                                json.get("commit").getAsString()))
                        : Optional.empty(),
                words(json.getAsJsonArray("serverTypes")),
                words(json.getAsJsonArray("computeTypes")),
                words(json.getAsJsonArray("handlers")),
                words(json.getAsJsonArray("artifacts")),
                conflicts(json.getAsJsonArray("overrides")),
                conflicts(json.getAsJsonArray("overriddenIn")),
                List.of());
    }

    private static JsonArray words(Collection<String> words) {
        JsonArray list = new JsonArray();
        words.forEach(list::add);
        return list;
    }

    private static SortedSet<String> words(JsonArray list) {
        SortedSet<String> words = new TreeSet<>();
        list.forEach(word -> words.add(word.getAsString()));
        return Collections.unmodifiableSortedSet(words);
    }

    private static JsonArray conflicts(List<Conflict> conflicts) {
        JsonArray list = new JsonArray();
        conflicts.forEach(conflict -> {
            JsonObject json = new JsonObject();
            json.addProperty("key", conflict.key());
            json.addProperty("module", conflict.module());
            list.add(json);
        });
        return list;
    }

    private static List<Conflict> conflicts(JsonArray list) {
        List<Conflict> conflicts = new ArrayList<>();
        list.forEach(element -> conflicts.add(new Conflict(
                element.getAsJsonObject().get("key").getAsString(),
                element.getAsJsonObject().get("module").getAsString())));
        return conflicts;
    }
}
