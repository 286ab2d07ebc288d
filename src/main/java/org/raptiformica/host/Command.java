package org.raptiformica.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program, its arguments, and what it runs with. Immutable.
 *
 * @param words the program and its arguments, given to it as they are: no shell reads them
 * @param environment what is set in addition to the environment that the host gives
 * @param directory where it runs; where none is given, the host's choice
 * @param input what it reads
 * @param limit after which it is killed
 */
public record Command(
        List<String> words, Map<String, String> environment, Optional<Path> directory, Input input, Duration limit) {

    /** The limit of a command that names none. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

    public Command {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command has at least one word");
        }
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** A command that reads nothing and may take {@link #DEFAULT_LIMIT}. */
    public static Command of(String... words) {
        return of(List.of(words));
    }

    /** A command that reads nothing and may take {@link #DEFAULT_LIMIT}. */
    public static Command of(List<String> words) {
        return new Command(words, Map.of(), Optional.empty(), new Input.None(), DEFAULT_LIMIT);
    }

    /** The same command with another limit. */
    public Command withLimit(Duration newLimit) {
        return new Command(words, environment, directory, input, newLimit);
    }

    /** The same command reading something else. */
    public Command withInput(Input newInput) {
        return new Command(words, environment, directory, newInput, limit);
    }

    /** The same command with one more variable in its environment. */
    public Command withEnvironment(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new Command(words, more, directory, input, limit);
    }

    /** The same command in another directory. */
    public Command in(Path newDirectory) {
        return new Command(words, environment, Optional.of(newDirectory), input, limit);
    }
}
