package org.raptiformica.config.module;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Modules of any shape, and what the contract says they give, computed from their trees alone. */
public final class RandomModules {

    private static final List<String> NAMES = List.of("a", "b", "c d", "ü", "e.f", "-g", "h\"i", "available");

    private RandomModules() {}

    /** Another one each time; {@code -Dseed=N} gives the modules of an earlier run again. */
    public static long seed() {
        long seed = Optional.ofNullable(System.getProperty("seed"))
                .map(Long::parseLong)
                .orElseGet(System::nanoTime);
        System.out.println("seed " + seed);
        return seed;
    }

    /** What modules, merged in the order of their names, give together. */
    public static Map<String, String> expected(SortedMap<String, List<JsonObject>> modules) {
        TreeMap<String, String> merged = new TreeMap<>();
        modules.values().forEach(files -> files.forEach(file -> merged.putAll(flatten(file))));
        return merged;
    }

    static Map<String, String> flatten(JsonObject tree) {
        TreeMap<String, String> flat = new TreeMap<>();
        flatten("raptiformica", tree, flat);
        return flat;
    }

    private static void flatten(String prefix, JsonObject tree, Map<String, String> flat) {
        tree.entrySet().forEach(entry -> {
            String key = prefix + "/" + entry.getKey();
            if (entry.getValue() instanceof JsonObject object) {
                flatten(key, object, flat);
            } else {
                flat.put(key, entry.getValue().getAsString());
            }
        });
    }

    /** The module files of one module. */
    public static List<JsonObject> files(Random random) {
        List<JsonObject> files = new ArrayList<>();
        for (int number = random.nextInt(3); number >= 0; number--) {
            files.add(marked(module(random)));
        }
        return files;
    }

    static JsonObject marked(JsonObject module) {
        module.addProperty("raptiformica_api_version", "0.1");
        return module;
    }

    static JsonObject module(Random random) {
        JsonObject module = new JsonObject();
        module.add("server", tree(random, 3));
        module.add("compute", tree(random, 3));
        JsonObject platform = new JsonObject();
        JsonObject hooks = new JsonObject();
        hooks.add("hooks", tree(random, 3));
        platform.add("default", hooks);
        module.add("platform", platform);
        module.add("free", free(random, 4));
        return module;
    }

    /** Objects down to a depth, strings there. */
    private static JsonObject tree(Random random, int depth) {
        JsonObject tree = new JsonObject();
        for (int number = random.nextInt(3); number >= 0; number--) {
            String name = NAMES.get(random.nextInt(NAMES.size() - 1));
            if (depth == 1) {
                tree.addProperty(name, value(random));
            } else {
                tree.add(name, tree(random, depth - 1));
            }
        }
        return tree;
    }

    private static JsonObject free(Random random, int depth) {
        JsonObject tree = new JsonObject();
        for (int number = random.nextInt(4); number > 0; number--) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            if (depth == 1 || random.nextBoolean()) {
                tree.addProperty(name, value(random));
            } else {
                tree.add(name, free(random, depth - 1));
            }
        }
        return tree;
    }

    private static String value(Random random) {
        return List.of("", "x", "cd $HOME; ./a \"b\" 'c'\n", "ß\u2028\ud83d\ude00", Integer.toString(random.nextInt(5)))
                .get(random.nextInt(5));
    }

    /** Makes the module's directory. */
    public static void write(Path directory, List<JsonObject> files) throws IOException {
        Files.createDirectories(directory);
        for (int number = 0; number < files.size(); number++) {
            Files.writeString(
                    directory.resolve(number + ".json"), files.get(number).toString());
        }
    }
}
