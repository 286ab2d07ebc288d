package org.raptiformica.config;

import com.google.gson.stream.JsonToken;

/** What people call the kinds of JSON values. */
final class JsonKind {

    private JsonKind() {}

    static String of(JsonToken first) {
        return switch (first) {
            case BEGIN_OBJECT -> "an object";
            case BEGIN_ARRAY -> "a list";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NAME, END_OBJECT, END_ARRAY, END_DOCUMENT -> "nothing";
        };
    }
}
