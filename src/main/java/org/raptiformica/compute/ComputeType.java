package org.raptiformica.compute;

import java.util.Optional;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;

/**
 * How a module boots machines of one server type. The commands are those of the module file, each for {@code sh -c}; an
 * absent one does nothing and succeeds.
 *
 * @param name of the compute type, as {@code docker}
 * @param serverType what is booted, as {@code headless}
 * @param source a git URL or path, or a directory relative to that of the program; the instance's checkout is made of it
 * @param startInstance boots; an exit code of 69 or 77 (sysexits.h) says that this client lacks something, and the last
 *     two lines on standard error what and what to do
 * @param getHostname its last printed word is the instance's address
 * @param getPort its last printed word is the port of the instance's SSH server
 * @param detectStaleInstance exits with 0 while the instance lives
 * @param cleanUpInstance removes the instance, or what there is of it
 * @param packageInstance makes an image that later instances boot from; runs in the program's directory
 */
public record ComputeType(
        String name,
        String serverType,
        Optional<String> source,
        Optional<String> startInstance,
        Optional<String> getHostname,
        Optional<String> getPort,
        Optional<String> detectStaleInstance,
        Optional<String> cleanUpInstance,
        Optional<String> packageInstance) {

    /**
     * Reads a compute type.
     *
     * @throws BadData when no module brings it
     */
    public static ComputeType of(Mapping mapping, String name, String serverType) {
        Mapping entry = mapping.below(Keys.compute(name, serverType));
        if (entry.isEmpty()) {
            throw new BadData(
                    "compute type " + name,
                    "boots no machines of server type " + serverType,
                    "It boots: %s. Choose one of them, or install a module that brings it."
                            .formatted(orNothing(mapping.children(Keys.computeType(name)))));
        }
        return read(entry, name, serverType);
    }

    /** The same for an instance that may outlive its module: what is not there is absent. */
    static ComputeType read(Mapping mapping, String name, String serverType) {
        String prefix = Keys.compute(name, serverType) + "/";
        return new ComputeType(
                name,
                serverType,
                mapping.get(prefix + "source"),
                mapping.get(prefix + "start_instance"),
                mapping.get(prefix + "get_hostname"),
                mapping.get(prefix + "get_port"),
                mapping.get(prefix + "detect_stale_instance"),
                mapping.get(prefix + "clean_up_instance_command"),
                mapping.get(prefix + "package"));
    }

    static String orNothing(Iterable<String> names) {
        String joined = String.join(", ", names);
        return joined.isEmpty() ? "nothing" : joined;
    }
}
