package org.raptiformica.provision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The shell scripts that travel with the program and run on machines where nothing of it is installed yet. */
public final class Script {

    private Script() {}

    /**
     * The text of a script.
     *
     * @param name its file name, as in {@code inspect.sh}
     */
    public static String text(String name) {
        try (InputStream in = Script.class.getResourceAsStream("/org/raptiformica/provision/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no script " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
