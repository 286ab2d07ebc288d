package org.raptiformica.cluster.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.TreeMap;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.SomeFailed;
import org.raptiformica.failure.StepFailed;

/**
 * The shape of a request, {@code {"do": NAME, "with": {…}}}, and of its answer, {@code {"answer": …}} or
 * {@code {"failure": {"kind", "where", "what", "remedy"}}}; one line of JSON each.
 */
public final class Wire {

    private Wire() {}

    /** A request as one line. */
    public static JsonObject request(String name, JsonObject with) {
        JsonObject request = new JsonObject();
        request.addProperty("do", name);
        request.add("with", with);
        return request;
    }

    /** The name in a request; empty where it has none. */
    public static String requested(String line) {
        JsonElement name = parse("request", line).get("do");
        return name == null ? "" : name.getAsString();
    }

    /** An answer that carries a result. */
    public static JsonObject answer(JsonElement result) {
        JsonObject answer = new JsonObject();
        answer.add("answer", result);
        return answer;
    }

    /** An answer that carries a failure. */
    public static JsonObject answer(Failure failure) {
        JsonObject told = new JsonObject();
        told.addProperty("kind", failure.getClass().getSimpleName());
        told.addProperty("where", failure.where());
        told.addProperty("what", failure.what());
        told.addProperty("remedy", failure.remedy());
        JsonObject answer = new JsonObject();
        answer.add("failure", told);
        return answer;
    }

    /** The result in an answer; throws the failure that it carries instead, or {@link BadData} when it is neither. */
    public static JsonElement resultOf(String from, String line) {
        JsonObject answer = parse(from, line);
        if (answer.has("failure")) {
            throw failure(answer.getAsJsonObject("failure"));
        }
        return answer.has("answer") ? answer.get("answer") : JsonNull.INSTANCE;
    }

    /** A mapping as a flat JSON object. */
    public static JsonObject flat(Mapping mapping) {
        JsonObject json = new JsonObject();
        mapping.asMap().forEach(json::addProperty);
        return json;
    }

    /** The reverse of {@link #flat}. */
    public static Mapping mapping(JsonObject flat) {
        Map<String, String> entries = new TreeMap<>();
        flat.entrySet()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue().getAsString()));
        return Mapping.of(entries);
    }

    private static JsonObject parse(String from, String line) {
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new BadData(
                    from,
                    "the agent's answer is no JSON: " + abbreviated(line),
                    "Look into its log: /var/log/raptiformica/agent.log on that machine.");
        }
    }

    private static String abbreviated(String line) {
        return line.isBlank() ? "it is empty" : line.substring(0, Math.min(200, line.length()));
    }

    private static Failure failure(JsonObject told) {
        String where = told.get("where").getAsString();
        String what = told.get("what").getAsString();
        String remedy = told.get("remedy").getAsString();
        return switch (told.get("kind").getAsString()) {
            case "PrerequisiteMissing" -> new PrerequisiteMissing(where, what, remedy);
            case "MachineUnreachable" -> new MachineUnreachable(where, what, remedy);
            case "MachineUnsuitable" -> new MachineUnsuitable(where, what, remedy);
            case "BadData" -> new BadData(where, what, remedy);
            case "NoCluster" -> new NoCluster(where, what, remedy);
            case "SomeFailed" -> new SomeFailed(where, what, remedy);
            default -> new StepFailed(where, what, remedy);
        };
    }
}
