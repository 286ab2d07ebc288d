package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.provision.artifact.RealBinary;

/** A machine of a {@link Topology}: a container, mostly with an SSH server, and the program's distribution beside it. */
final class LanMachine implements SeenNode, AutoCloseable {

    private static final String PROGRAM = "/opt/raptiformica/bin/raptiformica";
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final String name;
    private final String id;
    private final Inside inside;
    private EngineKind mesh = MeshSwitch.engine();

    private LanMachine(String name, String id) {
        this.name = name;
        this.id = id;
        this.inside = new Inside(id);
        BootedMachines.add(id);
    }

    /** Makes clusters with this engine, whatever the switch says. */
    LanMachine meshedBy(EngineKind engine) {
        mesh = engine;
        return this;
    }

    static LanMachine boot(String name, List<String> options, Lan... lans) {
        return boot(name, options, List.of(), lans);
    }

    /** A machine that nobody can log in to. */
    static LanMachine bootWithoutSshServer(String name, Lan... lans) {
        return boot(name, List.of("--entrypoint=sleep"), List.of("infinity"), lans);
    }

    private static LanMachine boot(String name, List<String> options, List<String> arguments, Lan... lans) {
        List<String> words = new ArrayList<>(List.of("run", "--detach", "--init", "--hostname", name));
        words.addAll(List.of("--cap-add=NET_ADMIN", "--cap-add=NET_RAW", "--device=/dev/net/tun"));
        words.add("--sysctl=net.ipv6.conf.all.disable_ipv6=0");
        words.add("--volume=" + Program.distribution() + ":/opt/raptiformica:ro");
        words.addAll(options);
        words.add("--network=" + lans[0].id());
        words.add(MachineImage.provisioned());
        words.addAll(arguments);
        LanMachine machine = new LanMachine(name, Docker.run(words.toArray(String[]::new)));
        for (int i = 1; i < lans.length; i++) {
            Docker.run("network", "connect", lans[i].id(), machine.id);
        }
        machine.run("ip route del default || true");
        return machine;
    }

    @Override
    public String name() {
        return name;
    }

    String id() {
        return id;
    }

    /** Lets the key in and logs in with it. */
    void trust(Path key) {
        run("mkdir -p /root/.ssh");
        Docker.run("cp", key.toString(), id + ":/root/.ssh/id_ed25519");
        Docker.run("cp", key + ".pub", id + ":/root/.ssh/id_ed25519.pub");
        run("cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys && chown -R root:root /root/.ssh");
    }

    /** Has the artifacts that another test's client has fetched. */
    void giveArtifacts() {
        if (hasArtifacts(mesh)) {
            return;
        }
        MeshSwitch.fetchArtifacts(mesh);
        run("mkdir -p /root/.raptiformica.d");
        Docker.run("cp", RealBinary.ARTIFACTS + "/.", id + ":/root/.raptiformica.d/artifacts");
    }

    /** The machine's address on a network that it is on. */
    String on(Lan lan) {
        return inspect("{{range .NetworkSettings.Networks}}{{if eq .NetworkID \"" + lan.id()
                + "\"}}{{.IPAddress}}{{end}}{{end}}");
    }

    /** The name of its network device on that network, whatever addresses it has there. */
    String deviceOn(Lan lan) {
        return run("ip -o link | awk -v mac=" + mac(lan) + " '$0 ~ mac {sub(/@.*|:$/, \"\", $2); print $2}'");
    }

    private String mac(Lan lan) {
        return inspect("{{range .NetworkSettings.Networks}}{{if eq .NetworkID \"" + lan.id()
                + "\"}}{{.MacAddress}}{{end}}{{end}}");
    }

    private String inspect(String format) {
        return Docker.run("inspect", "--format", format, id);
    }

    void routeThrough(LanMachine router, Lan lan) {
        run("ip route replace default via " + router.on(lan));
    }

    /** Lets nothing in from that machine on their network, whatever protocol it speaks and to whom. */
    void refuse(Lan lan, LanMachine other) {
        run("nft -f - <<END\ntable inet refused {\n chain in {\n type filter hook input priority 0\n ether saddr "
                + other.mac(lan) + " drop\n }\n}\nEND");
    }

    /** Whether any packet gets there underneath: to its address there, or to its link-local one if both are there. */
    boolean reaches(LanMachine other, Lan lan) {
        String device = deviceOn(lan);
        boolean neighbours = !device.isEmpty();
        return does("ping -c 1 -W 1 " + other.on(lan))
                || (neighbours && does("ping -6 -c 1 -W 1 " + other.linkLocalOn(lan) + "%" + device));
    }

    private String linkLocalOn(Lan lan) {
        return run(
                "ip -6 -o addr show scope link dev " + deviceOn(lan) + " | awk '{sub(/\\/.*/, \"\", $4); print $4}'");
    }

    /** As a router with NAT: hands a TCP port of its outer address on to a machine inside. */
    void forward(Lan inner, Lan outer, int port, LanMachine inside) {
        run(
                "nft 'add chain ip nat arriving { type nat hook prerouting priority -100; }' && nft 'add rule ip nat arriving"
                        + " iifname \"" + deviceOn(outer) + "\" tcp dport " + port + " dnat to " + inside.on(inner)
                        + "' && nft"
                        + " 'insert rule ip nat through ct status dnat accept'");
    }

    /** Takes the machine from one network to another, behind the router there. */
    void move(Lan from, Lan to, LanMachine router) {
        Docker.run("network", "disconnect", from.id(), id);
        Docker.run("network", "connect", to.id(), id);
        routeThrough(router, to);
    }

    /** Hears these machines on a network and no others, whatever protocol they speak, until {@link #hearAll}. */
    void hearOnly(Lan lan, List<LanMachine> machines) {
        String devices =
                String.join(", ", machines.stream().map(it -> it.mac(lan)).toList());
        run("nft -f - <<END\ntable inet split {\n chain in { type filter hook input priority 0; iifname "
                + deviceOn(lan) + " ether saddr != { " + devices + " } drop; }\n}\nEND");
    }

    void hearAll() {
        run("nft delete table inet split || true");
    }

    @Override
    public Inside inside() {
        return inside;
    }

    /** The machine's files, seen from here; another place after each start of the machine. */
    Path root() {
        return inside.root();
    }

    /** Its agent, asked without SSH and without a new process. */
    AgentClient agent() {
        return inside.agent();
    }

    /** The address that the machine has as a node. */
    String meshAddress() {
        return agent().status().meshAddress();
    }

    /** Leaves no room for another file in a directory that is a file system of its own. */
    void fill(String directory) {
        run("dd if=/dev/zero of=" + directory + "/filler bs=64k 2>/dev/null || true");
    }

    /** Gives the machine another address on its network in place of the one it has. */
    void renumber(Lan lan, int host) {
        String fresh = on(lan).replaceFirst("[0-9]+$", String.valueOf(host));
        run("""
                set -e
                device=%s
                gateway=$(ip route | awk '/^default/ {print $3}')
                old=$(ip -o -4 addr show dev $device | awk '{print $4}')
                ip addr add %s/${old#*/} dev $device
                ip addr del $old dev $device
                ip addr replace %2$s/${old#*/} dev $device
                # A network that was cut off and is back may have left the machine without one.
                [ -z "$gateway" ] || ip route replace default via $gateway
                """.formatted(deviceOn(lan), fresh));
    }

    /** Takes all IPv4 addresses from its device on the network, and gives it this one: address and length of the prefix. */
    void readdress(Lan lan, String address) {
        String device = deviceOn(lan);
        run("ip -4 addr flush dev " + device + " && ip addr add " + address + " dev " + device);
    }

    /** Runs a shell command as root that has to succeed. */
    String run(String command) {
        return Docker.run("exec", id, "sh", "-c", command);
    }

    @Override
    public String shell(String command) {
        return run(command);
    }

    /** Runs the program as a person at this machine would. */
    Run program(String... arguments) {
        return program(LIMIT, arguments);
    }

    /** The same for what may take longer than usual. */
    Run program(Duration limit, String... arguments) {
        List<String> words = new ArrayList<>(List.of("docker", "exec", id, PROGRAM));
        words.addAll(MeshSwitch.words(mesh, arguments));
        long begin = System.nanoTime();
        try {
            Process process = new ProcessBuilder(words).start();
            process.getOutputStream().close();
            CompletableFuture<String> err =
                    CompletableFuture.supplyAsync(() -> all(process.getErrorStream()), Thread::startVirtualThread);
            CompletableFuture<String> out =
                    CompletableFuture.supplyAsync(() -> all(process.getInputStream()), Thread::startVirtualThread);
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroy();
                throw new AssertionError("on " + name + " `" + String.join(" ", arguments) + "` did not end in " + limit
                        + "; it said:\n" + err.join());
            }
            words.subList(0, 3).clear();
            words.addFirst("[" + name + "]");
            return new Run(
                    words, process.exitValue(), out.join(), err.join(), Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs the program, which has to succeed. */
    Run succeed(String... arguments) {
        Run run = program(arguments);
        assertThat(run.exitCode()).as(run.told()).isZero();
        return run;
    }

    private static String all(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Docker.run("rm", "--force", "--volumes", id);
    }
}
