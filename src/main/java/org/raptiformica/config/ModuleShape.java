package org.raptiformica.config;

import java.util.List;

/**
 * Where in a module file objects and strings belong:
 *
 * <pre>
 * server.TYPE.NAME.FIELD
 * compute.TYPE.SERVER_TYPE.FIELD
 * platform.NAME.hooks.HOOK.HANDLER.FIELD
 * artifact.TOOL.PLATFORM.…
 * </pre>
 *
 * and {@code available}, a string, on any level below a type or a platform. Anything else is free.
 */
enum ModuleShape {
    OBJECT("an object"),
    STRING("a string"),
    ANY("a string or an object");

    private final String text;

    ModuleShape(String text) {
        this.text = text;
    }

    /** What belongs at this place. */
    static ModuleShape at(List<String> names) {
        if (names.isEmpty()) {
            return OBJECT;
        }
        return switch (names.getFirst()) {
            case Keys.API_VERSION_NAME -> STRING;
            case "server", "compute" -> type(names);
            case "platform" -> platform(names);
            case "artifact" -> names.size() <= 3 ? OBJECT : ANY;
            default -> ANY;
        };
    }

    private static ModuleShape type(List<String> names) {
        boolean field = names.size() >= 4 || isAvailable(names);
        return field ? STRING : OBJECT;
    }

    private static ModuleShape platform(List<String> names) {
        if (names.size() <= 2) {
            return OBJECT;
        }
        if (isAvailable(names)) {
            return STRING;
        }
        if (!names.get(2).equals("hooks")) {
            return ANY;
        }
        return names.size() <= 5 ? OBJECT : STRING;
    }

    private static boolean isAvailable(List<String> names) {
        return names.size() >= 3 && names.getLast().equals(Keys.AVAILABLE);
    }

    boolean allowsObject() {
        return this != STRING;
    }

    boolean allowsString() {
        return this != OBJECT;
    }

    /** For messages. */
    String text() {
        return text;
    }
}
