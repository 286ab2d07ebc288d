package org.raptiformica.provision;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.Outcome;

/** Looks at a machine with one script, sent over the connection that is there: nothing has to be installed on it. */
public final class Inspector {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final NodePaths paths;
    private final InstantSource clock;

    /**
     * @param paths where things are on the machine
     * @param clock ours, which the machine's is compared with
     */
    public Inspector(NodePaths paths, InstantSource clock) {
        this.paths = paths;
        this.clock = clock;
    }

    /** Looks and changes nothing. */
    public Inspection inspect(Host host) {
        Outcome outcome = host.run(script("inspect.sh", arguments()));
        Instant now = clock.instant();
        return new InspectionReport(host.name(), outcome.out()).inspection(now);
    }

    /**
     * Makes the TUN device where it is missing.
     *
     * @throws MachineUnsuitable when it cannot be had
     */
    public StepResult ensureTun(Host host) {
        Outcome outcome = host.run(script("tun.sh", List.of()));
        return switch (outcome.out().strip()) {
            case "ok" -> StepResult.ok("tun device");
            case "changed" -> StepResult.changed("tun device", "made /dev/net/tun");
            case "" ->
                throw new StepFailed(host.name(), "looking for the TUN device failed", "It said: " + outcome.err());
            default ->
                throw new MachineUnsuitable(
                        host.name(),
                        outcome.out().strip(),
                        "Load the kernel module `tun` (`modprobe tun`) on the machine, or on the host that the container"
                                + " runs on, and give the container the device (`--device /dev/net/tun`).");
        };
    }

    private List<String> arguments() {
        List<String> words =
                new ArrayList<>(List.of(root(paths.root()), paths.cache().root().toString()));
        Arrays.stream(Port.NEEDED).mapToObj(String::valueOf).forEach(words::add);
        return words;
    }

    /** What the scripts put before absolute paths: nothing on a node. */
    public static String root(Path root) {
        return root.equals(root.getRoot()) ? "" : root.toString();
    }

    private static Command script(String name, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("sh", "-s", "--"));
        words.addAll(arguments);
        return Command.of(words).withInput(new Input.Text(Script.text(name))).withLimit(LIMIT);
    }
}
