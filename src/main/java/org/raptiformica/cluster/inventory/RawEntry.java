package org.raptiformica.cluster.inventory;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.raptiformica.host.MachineAddress;

/** An entry as it stands in the file, its {@code via} not looked up yet. */
record RawEntry(
        MachineAddress machine, Optional<String> via, Optional<Path> identity, List<String> labels, String path) {

    /** What no other entry may be called. */
    String fullName() {
        return machine.host() + ":" + machine.port();
    }
}
