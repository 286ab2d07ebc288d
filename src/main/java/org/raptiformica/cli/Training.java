package org.raptiformica.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;

/**
 * What the build runs to make the start-up cache: everyday command lines one after the other in one process, then what an
 * agent needs that none of them does, so that the classes are in it. A machine that becomes a node starts an agent and
 * little else: without the cache that is most of what it spends.
 */
public final class Training {

    private static final List<String[]> COMMAND_LINES = List.of(
            new String[] {"--version"},
            new String[] {"--help"},
            new String[] {"spawn", "--help"},
            new String[] {"members"},
            new String[] {"members", "--output", "json"},
            new String[] {"ssh", "--info-only"},
            new String[] {"prune", "--output", "json"},
            new String[] {"agent", "--bogus"});

    private Training() {}

    /** Runs them all; how they end is of no interest. */
    public static void main(String[] arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Console console = new Console(nowhere, nowhere, false);
        console.table(List.of("Column"), List.of(List.of("cell")));
        for (String[] line : COMMAND_LINES) {
            new Program(console, System.getenv()).run(line);
        }
        loadAll();
        askNobody();
        new LocalHost().run(Command.of("true"));
    }

    private static void loadAll() {
        try (JarFile jar = new JarFile(Path.of(Training.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().endsWith(".class") && !entry.getName().endsWith("-info.class")) {
                    String name = entry.getName().replace('/', '.').replaceFirst("\\.class$", "");
                    Class.forName(name, false, Training.class.getClassLoader());
                }
            }
        } catch (IOException | URISyntaxException | ClassNotFoundException defect) {
            throw new IllegalStateException(defect);
        }
    }

    /** Not only loaded but used: what a class needs when it first runs is in the cache then, too. */
    private static void askNobody() {
        try {
            new ConsulClient(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(1))
                    .kv()
                    .get("nobody");
        } catch (ConsulException expected) {
            // Nobody listens there.
        }
    }
}
