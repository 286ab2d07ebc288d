package org.raptiformica.consul;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Reading Consul's JSON as a tree, without reflection, which starts slowly. Consul leaves out or nulls what is empty,
 * so an absent field reads as "", 0, false or an empty list. A field of another type throws what Gson throws.
 */
final class Json {

    private Json() {}

    /** One whole document: what is empty, cut short or followed by something is a {@link JsonParseException}. */
    static JsonElement parse(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement document = JsonParser.parseReader(reader);
            if (text.isBlank() || reader.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonSyntaxException("no JSON document");
            }
            return document;
        } catch (IOException trailing) {
            throw new JsonSyntaxException("no JSON document", trailing);
        }
    }

    private static boolean absent(JsonObject object, String field) {
        return !object.has(field) || object.get(field).isJsonNull();
    }

    static String text(JsonObject object, String field) {
        return absent(object, field) ? "" : object.get(field).getAsString();
    }

    static long number(JsonObject object, String field) {
        return absent(object, field) ? 0 : object.get(field).getAsLong();
    }

    static boolean flag(JsonObject object, String field) {
        return !absent(object, field) && object.get(field).getAsBoolean();
    }

    static JsonObject object(JsonObject object, String field) {
        return absent(object, field) ? new JsonObject() : object.getAsJsonObject(field);
    }

    static Map<String, String> texts(JsonObject object) {
        Map<String, String> texts = new TreeMap<>();
        object.entrySet()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().getAsString()));
        return texts;
    }

    static List<String> textList(JsonObject object, String field) {
        return absent(object, field) ? List.of() : list(object.get(field), JsonElement::getAsString);
    }

    static <T> List<T> list(JsonElement element, Function<JsonElement, T> each) {
        JsonArray array = element.isJsonNull() ? new JsonArray() : element.getAsJsonArray();
        return StreamSupport.stream(array.spliterator(), false).map(each).toList();
    }

    static <T> List<T> objects(JsonElement element, Function<JsonObject, T> each) {
        return list(element, one -> each.apply(one.getAsJsonObject()));
    }
}
