package org.raptiformica.config;

import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.regex.Pattern;

/** Places in a JSON text, as people write them: {@code $.server.headless}, {@code $["a/b"]}. */
final class JsonPath {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    private JsonPath() {}

    static String of(String... names) {
        return of(List.of(names));
    }

    static String of(List<String> names) {
        StringBuilder path = new StringBuilder("$");
        for (String name : names) {
            if (PLAIN.matcher(name).matches()) {
                path.append('.').append(name);
            } else {
                path.append('[').append(new JsonPrimitive(name)).append(']');
            }
        }
        return path.toString();
    }
}
