package org.raptiformica.config;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one JSON file that may be a module file, and flattens it. */
final class ModuleReader {

    /** A larger JSON file is somebody's data. */
    private static final long LARGEST_FILE = 16L << 20;

    /** Characters. Longer ones are no use to anybody, and escaped six times as long in a transaction of the store. */
    private static final int LONGEST_KEY = 1024;

    private final Path file;
    private final List<String> names = new ArrayList<>();
    private final List<ModuleProblem> problems = new ArrayList<>();
    private final Mapping.Builder entries = new Mapping.Builder();
    private boolean marked;

    private ModuleReader(Path file) {
        this.file = file;
    }

    /** @param file what was read, and what was left out of it */
    record Reading(Optional<ModuleFile> file, List<ModuleProblem> problems) {}

    /** Nothing when the file has no key {@code raptiformica_api_version}; then it is none of our business. */
    static Optional<Reading> read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                return Optional.empty();
            }
            byte[] bytes = Files.readAllBytes(file);
            // A broken file that does not even mention the key is somebody else's too, such as JSON with comments.
            return mentionsMarker(bytes) ? new ModuleReader(file).read(bytes) : Optional.empty();
        } catch (IOException failed) {
            return broken(file, "a file that cannot be read", "a readable file");
        }
    }

    private static boolean mentionsMarker(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains('"' + Keys.API_VERSION_NAME + '"');
    }

    private static Optional<Reading> broken(Path file, String found, String expected) {
        return Optional.of(new Reading(Optional.empty(), List.of(new ModuleProblem(file, "", found, expected))));
    }

    private Optional<Reading> read(byte[] bytes) {
        try {
            StrictJson.read(bytes, json -> {
                value(json);
                return Boolean.TRUE;
            });
        } catch (StrictJson.Fault fault) {
            return broken(file, fault.found(), "strict JSON in UTF-8");
        }
        return marked
                ? Optional.of(new Reading(Optional.of(new ModuleFile(file, entries.build())), List.copyOf(problems)))
                : Optional.empty();
    }

    private void value(JsonReader json) throws IOException {
        JsonToken token = json.peek();
        ModuleShape shape = ModuleShape.at(names);
        if (token == JsonToken.BEGIN_OBJECT && shape.allowsObject()) {
            object(json);
        } else if (StrictJson.isText(token) && shape.allowsString()) {
            string(StrictJson.text(json));
        } else {
            problem(JsonKind.of(token), shape.text());
            json.skipValue();
        }
    }

    private void object(JsonReader json) throws IOException {
        Set<String> seen = new HashSet<>();
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            marked |= names.isEmpty() && name.equals(Keys.API_VERSION_NAME);
            names.add(name);
            if (!seen.add(name)) {
                problem("the same name twice, of which the last one counts", "each name once");
                entries.remove(key());
            }
            named(json, name);
            names.removeLast();
        }
        json.endObject();
    }

    private void named(JsonReader json, String name) throws IOException {
        if (name.isEmpty() && names.size() > 1 && json.peek() != JsonToken.BEGIN_OBJECT) {
            // The value of the object itself, beside what is below it: see Mapping.nested().
            names.removeLast();
            value(json);
            names.add(name);
        } else if (Keys.isName(name)) {
            value(json);
        } else {
            problem("a name that cannot be part of a key", "a name without /, control characters, . or ..");
            json.skipValue();
        }
    }

    private void string(String value) {
        String key = key();
        if (value.indexOf('\0') >= 0) {
            problem("a string with a NUL in it", "a string that can be a command");
        } else if (key.length() > LONGEST_KEY) {
            problem("names of more than 1 KiB together", "names that the store can keep");
        } else if ((key + value).getBytes(StandardCharsets.UTF_8).length > ConfigOperation.MOST_BYTES) {
            problem("a string larger than 256 KiB with its names", "a string that the store can keep");
        } else {
            entries.put(key, value);
        }
    }

    private String key() {
        return Keys.below(names.toArray(String[]::new));
    }

    private void problem(String found, String expected) {
        problems.add(new ModuleProblem(file, JsonPath.of(names), found, expected));
    }
}
