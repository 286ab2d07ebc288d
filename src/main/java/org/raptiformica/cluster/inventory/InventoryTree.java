package org.raptiformica.cluster.inventory;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.raptiformica.failure.BadData;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The text of an inventory as lists, maps, strings, whole numbers and what else there may be: JSON by the letter where the
 * text begins like JSON, else YAML 1.2.
 */
final class InventoryTree {

    /** 10,000 machines with all that can be said of them are less. */
    private static final long LARGEST = 4_000_000;

    private static final String REMEDY = "Mend it; docs/inventory.md says what an inventory looks like.";

    private InventoryTree() {}

    static @Nullable Object read(Path file) {
        String text = text(file);
        String start = text.stripLeading();
        boolean json = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".json")
                || start.startsWith("[")
                || start.startsWith("{");
        return json ? json(file, text) : yaml(file, text);
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new BadData(file.toString(), "it is larger than 4 MB", "Name the file that lists the machines.");
            }
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new BadData(file.toString(), "there is no such file", "Name the file that lists the machines.");
        } catch (IOException unreadable) {
            throw new BadData(
                    file.toString(),
                    "it cannot be read as text (" + unreadable.getMessage() + ")",
                    "Name a readable file in UTF-8.");
        }
    }

    private static @Nullable Object yaml(Path file, String text) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setMaxAliasesForCollections(20)
                    .build();
            return new Load(settings).loadFromString(text);
        } catch (MarkedYamlEngineException wrong) {
            String at = wrong.getProblemMark()
                    .map(mark -> " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw new BadData(file.toString(), "it is no YAML: " + wrong.getProblem() + at, REMEDY);
        } catch (YamlEngineException wrong) {
            throw new BadData(
                    file.toString(),
                    "it is no YAML: "
                            + String.valueOf(wrong.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("unreadable"),
                    REMEDY);
        }
    }

    private static @Nullable Object json(Path file, String text) {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            Object value = value(file, reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new BadData(file.toString(), "there is more after the end of the list", REMEDY);
            }
            return value;
        } catch (EOFException cut) {
            throw new BadData(file.toString(), "it is no JSON: the text ends in the middle", REMEDY);
        } catch (MalformedJsonException wrong) {
            throw new BadData(file.toString(), "it is no JSON: " + words(wrong), REMEDY);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String words(MalformedJsonException wrong) {
        String first = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
        return first.replace("Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON", "found");
    }

    private static @Nullable Object value(Path file, JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_ARRAY -> list(file, reader);
            case BEGIN_OBJECT -> map(file, reader);
            case STRING -> reader.nextString();
            case NUMBER -> number(reader.nextString());
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> {
                reader.nextNull();
                yield null;
            }
            case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT -> throw new EOFException();
        };
    }

    private static Object number(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException other) {
            return Double.valueOf(text);
        }
    }

    private static List<@Nullable Object> list(Path file, JsonReader reader) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            list.add(value(file, reader));
        }
        reader.endArray();
        return list;
    }

    private static Map<String, @Nullable Object> map(Path file, JsonReader reader) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (map.containsKey(name)) {
                throw new BadData(file + " at " + reader.getPath(), "the key is there twice", REMEDY);
            }
            map.put(name, value(file, reader));
        }
        reader.endObject();
        return map;
    }
}
