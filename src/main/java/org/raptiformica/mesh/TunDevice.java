package org.raptiformica.mesh;

import java.nio.file.Path;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;

/** The device through which an engine makes its network interface. */
public final class TunDevice {

    private static final String OPENS = "test -c \"$1\" && : <> \"$1\"";

    private final Host host;
    private final Path device;

    /** The TUN device of a machine, where Linux has it. */
    public TunDevice(Host host) {
        this(host, Path.of("/dev/net/tun"));
    }

    TunDevice(Host host, Path device) {
        this.host = host;
        this.device = device;
    }

    /**
     * Looks whether the device opens; else makes it; else loads the kernel's module for it.
     *
     * @return whether anything had to be done
     * @throws MachineUnsuitable when it does not open after all of that
     */
    public boolean ensure() {
        if (opens()) {
            return false;
        }
        make();
        if (opens()) {
            return true;
        }
        done("modprobe", "tun");
        if (opens()) {
            return true;
        }
        throw new MachineUnsuitable(
                host.name(),
                device + " does not open, and neither making it nor loading the kernel module `tun` helped",
                "Load the kernel module `tun` on the machine that runs this one's kernel (modprobe tun); give a"
                        + " container the device with --device /dev/net/tun and the capability NET_ADMIN.");
    }

    private boolean opens() {
        return done("sh", "-c", OPENS, "sh", device.toString());
    }

    /** Whether it worked shows when the device is opened: it may exist already and lack its driver. */
    private void make() {
        boolean absent =
                done("mkdir", "-p", String.valueOf(device.toAbsolutePath().getParent()))
                        && done("mknod", device.toString(), "c", "10", "200");
        if (absent) {
            done("chmod", "0666", device.toString());
        }
    }

    private boolean done(String... words) {
        return host.run(Command.of(words)).ok();
    }
}
