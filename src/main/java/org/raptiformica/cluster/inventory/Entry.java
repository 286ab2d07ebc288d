package org.raptiformica.cluster.inventory;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Route;

/**
 * A machine of an inventory.
 *
 * @param machine where its SSH server listens and who logs in
 * @param via the machine that it is reached through
 * @param identity the private key file to log in with
 * @param labels what people group it by
 * @param path where it stands in the file, such as {@code $[2]}
 */
public record Entry(
        MachineAddress machine, Optional<Entry> via, Optional<Path> identity, List<String> labels, String path) {

    public Entry {
        labels = List.copyOf(labels);
    }

    /** The way to it, through all its jump hosts. */
    public Route route() {
        return new Route(machine, identity, via.map(Entry::route));
    }
}
