package org.raptiformica.provision.hook;

import java.util.List;
import java.util.Optional;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;

/**
 * What a module wants to have run at a hook.
 *
 * @param name of the handler
 * @param predicate a shell command; the handler runs only if it exits with 0; absent: always
 * @param command a shell command; absent: nothing, successfully
 */
public record Handler(String name, Optional<String> predicate, Optional<String> command) {

    /** The handlers that a platform has for a hook, in the order of their names. */
    public static List<Handler> of(Mapping mapping, String platform, String hook) {
        String below = Keys.hook(platform, hook);
        return mapping.children(below).stream()
                .map(name -> new Handler(
                        name,
                        mapping.get(below + "/" + name + "/predicate"),
                        mapping.get(below + "/" + name + "/command")))
                .toList();
    }
}
