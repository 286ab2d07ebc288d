package org.raptiformica.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How SSH gets to a machine: from here, or from a jump host that is reached in turn. Every machine on the way is logged in
 * to from here, with our keys, and shows its own host key.
 *
 * @param machine where it goes, as the last jump host dials it
 * @param identity a private key file that is offered to it before the others
 * @param via the way to the last jump host
 * @param keyName under which name the host key is looked up, where that is not the machine's address: for one that has
 *     several, or an address that other machines have elsewhere
 */
public record Route(MachineAddress machine, Optional<Path> identity, Optional<Route> via, Optional<String> keyName) {

    /** A machine whose host key is known under the address that is dialled. */
    public Route(MachineAddress machine, Optional<Path> identity, Optional<Route> via) {
        this(machine, identity, via, Optional.empty());
    }

    /** The way to a machine that is dialled from here. */
    public static Route to(MachineAddress machine) {
        return new Route(machine, Optional.empty(), Optional.empty());
    }

    /** The way through jump hosts, from the outermost to the machine itself; no key of its own for any. */
    public static Route through(List<MachineAddress> jumps, MachineAddress machine) {
        Optional<Route> via = Optional.empty();
        for (MachineAddress jump : jumps) {
            via = Optional.of(new Route(jump, Optional.empty(), via));
        }
        return new Route(machine, Optional.empty(), via);
    }

    /** The jump hosts, from the outermost. */
    public List<MachineAddress> jumps() {
        List<MachineAddress> jumps = new ArrayList<>();
        for (Optional<Route> hop = via; hop.isPresent(); hop = hop.get().via()) {
            jumps.addFirst(hop.get().machine());
        }
        return jumps;
    }

    /** The jump hosts as one text, from the outermost, as in ssh's ProxyJump; absent where there are none. */
    public Optional<String> jumpsText() {
        return via.map(_ -> jumps().stream().map(MachineAddress::toString).collect(Collectors.joining(",")));
    }

    /**
     * The reverse of {@link #jumpsText}.
     *
     * @throws org.raptiformica.failure.BadData when a part is no address
     */
    public static List<MachineAddress> jumpsFrom(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(MachineAddress::parse)
                .toList();
    }
}
