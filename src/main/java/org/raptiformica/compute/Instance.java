package org.raptiformica.compute;

import java.nio.file.Path;
import java.util.Optional;
import org.raptiformica.host.MachineAddress;

/**
 * A machine that a compute type booted on this client.
 *
 * @param id 32 hex digits
 * @param type with the commands as they were when it was booted
 * @param checkout the directory it is bound to, in which its commands run
 * @param address where it can be logged in to, once that is known
 */
public record Instance(String id, ComputeType type, Path checkout, Optional<MachineAddress> address) {

    /** Short enough for people, and as a rule unique: the first eight digits. */
    public String name() {
        return id.substring(0, 8);
    }

    Instance at(MachineAddress known) {
        return new Instance(id, type, checkout, Optional.of(known));
    }
}
