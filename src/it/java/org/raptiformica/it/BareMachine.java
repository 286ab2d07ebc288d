package org.raptiformica.it;

import java.util.ArrayList;
import java.util.List;

/** A machine that somebody else made, reachable through SSH and nothing more: a container of the base image. */
final class BareMachine implements SeenNode, AutoCloseable {

    private static final List<String> USUAL =
            List.of("--init", "--cap-add=NET_ADMIN", "--cap-add=NET_RAW", "--sysctl=net.ipv6.conf.all.disable_ipv6=0");
    private static final String TUN = "--device=/dev/net/tun";

    private final String id;
    private final Inside inside;
    private final String address;

    private BareMachine(String id) {
        this.id = id;
        this.inside = new Inside(id);
        BootedMachines.add(id);
        this.address =
                Docker.run("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", id);
    }

    /** A machine that can become a node; options of {@code docker run} in addition to the usual ones. */
    static BareMachine boot(String publicKey, String... options) {
        return boot(MachineImage.BARE, publicKey, withTun(options));
    }

    /** The same with the program in place, for tests of what comes after the upload. */
    static BareMachine bootProvisioned(String publicKey, String... options) {
        return boot(MachineImage.provisioned(), publicKey, withTun(options));
    }

    static BareMachine bootWithoutTun(String publicKey, String... options) {
        return boot(MachineImage.BARE, publicKey, List.of(options));
    }

    private static List<String> withTun(String... options) {
        List<String> more = new ArrayList<>(List.of(options));
        more.add(TUN);
        return more;
    }

    private static BareMachine boot(String image, String publicKey, List<String> options) {
        List<String> words = new ArrayList<>(List.of("run", "--detach"));
        words.addAll(USUAL);
        words.addAll(options);
        words.add(image);
        BareMachine machine = new BareMachine(Docker.run(words.toArray(String[]::new)));
        machine.run("mkdir -p /root/.ssh && echo '" + publicKey + "' >> /root/.ssh/authorized_keys");
        return machine;
    }

    /** Docker gives each its id, abbreviated. */
    @Override
    public String name() {
        return id.substring(0, 12);
    }

    @Override
    public Inside inside() {
        return inside;
    }

    @Override
    public String shell(String command) {
        return run(command);
    }

    String address() {
        return address;
    }

    String id() {
        return id;
    }

    /** Runs a shell command as root on the machine, not through SSH. */
    String run(String command) {
        return Docker.run("exec", id, "sh", "-c", command);
    }

    @Override
    public void close() {
        Docker.run("rm", "--force", id);
    }
}
