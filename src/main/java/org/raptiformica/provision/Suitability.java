package org.raptiformica.provision;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.mesh.EngineKind;

/**
 * Whether a machine can become a node as it is. The TUN device is not judged here, since it can be made:
 * {@link Inspector#ensureTun}.
 *
 * @param host what people call the machine
 * @param seen what was found
 * @param engine what the cluster's mesh is made by
 */
public record Suitability(String host, Inspection seen, EngineKind engine) {

    /** Clocks may differ by so much; hours mean that something is broken. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    private static final Set<String> PLATFORMS = Set.of("linux-x86_64", "linux-aarch64");
    private static final Set<String> NEEDED_TOOLS = Set.of("tar", "gzip", "sha256sum", "awk", "setsid");
    private static final long MEGABYTE = 1_000_000;

    /** The room that a node takes where nothing is on it yet: program unpacked, artifacts, Consul's data. */
    private static final Map<String, Long> NEEDED_SPACE =
            Map.of("/usr", 200 * MEGABYTE, "/opt", 100 * MEGABYTE, "/root/.raptiformica.d", 250 * MEGABYTE);

    /**
     * Lets a machine pass against which nothing stands.
     *
     * @throws MachineUnsuitable the first of {@link #problems}
     */
    public void require() {
        problems().stream().findFirst().ifPresent(problem -> {
            throw problem;
        });
    }

    /** All that stands against it, the most fundamental first; empty when nothing does. */
    public List<MachineUnsuitable> problems() {
        List<MachineUnsuitable> found = new ArrayList<>();
        root(found);
        otherMesh(found);
        platform(found);
        tools(found);
        ipv6(found);
        disk(found);
        clock(found);
        ports(found);
        return found;
    }

    private void add(List<MachineUnsuitable> found, String what, String remedy) {
        found.add(new MachineUnsuitable(host, what, remedy));
    }

    private void root(List<MachineUnsuitable> found) {
        if (seen.uid() != 0) {
            add(
                    found,
                    "we are logged in as user id %d, not as root".formatted(seen.uid()),
                    "Let root log in with your SSH key there, or name root in the address: root@%s.".formatted(host));
        } else if (!seen.netAdmin()) {
            add(
                    found,
                    "root may not configure the network there (no CAP_NET_ADMIN)",
                    "Start the container with `--cap-add NET_ADMIN --device /dev/net/tun`.");
        }
    }

    private void otherMesh(List<MachineUnsuitable> found) {
        Arrays.stream(EngineKind.values())
                .filter(kind -> kind != engine && seen.running().contains(kind.word()))
                .forEach(
                        other -> add(
                                found,
                                "it is a node of a mesh of %s, and the mesh of this cluster is of %s"
                                        .formatted(other.word(), engine.word()),
                                "Run `raptiformica clean` on it first, or use that cluster's cache directory with --cache-dir."));
    }

    private void platform(List<MachineUnsuitable> found) {
        if (!PLATFORMS.contains(seen.platform())) {
            add(
                    found,
                    "its platform is %s".formatted(seen.platform()),
                    "A node is one of: linux-aarch64, linux-x86_64.");
        } else if (seen.libc().equals("musl")) {
            add(
                    found,
                    "its C library is musl (%s)".formatted(seen.distribution().id()),
                    "A node needs the GNU C library 2.17 or newer: use another distribution, Debian for one.");
        }
    }

    private void tools(List<MachineUnsuitable> found) {
        List<String> missing = NEEDED_TOOLS.stream()
                .filter(tool -> !seen.tools().contains(tool))
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            add(
                    found,
                    "it lacks " + String.join(", ", missing),
                    "Install them with its package manager (Debian: apt-get install tar gzip coreutils mawk util-linux).");
        }
    }

    private void ipv6(List<MachineUnsuitable> found) {
        switch (seen.ipv6()) {
            case ENABLED -> {}
            case DISABLED ->
                add(
                        found,
                        "IPv6 is switched off in its kernel",
                        "Run there: sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0"
                                + " (a container: start it with --sysctl net.ipv6.conf.all.disable_ipv6=0).");
            case MISSING ->
                add(
                        found,
                        "its kernel has no IPv6",
                        "Start the kernel without ipv6.disable=1, or load the kernel module `ipv6`.");
        }
    }

    /** What is there already needs no room again. */
    private void disk(List<MachineUnsuitable> found) {
        if (seen.program().isPresent() && !seen.artifacts().isEmpty()) {
            return;
        }
        seen.free().values().stream()
                .map(Inspection.Free::mountPoint)
                .distinct()
                .forEach(mountPoint -> disk(found, mountPoint));
    }

    private void disk(List<MachineUnsuitable> found, String mountPoint) {
        long needed = 0;
        long free = Long.MAX_VALUE;
        for (Map.Entry<String, Inspection.Free> entry : seen.free().entrySet()) {
            if (entry.getValue().mountPoint().equals(mountPoint)) {
                needed += NEEDED_SPACE.getOrDefault(entry.getKey(), 0L);
                free = Math.min(free, entry.getValue().bytes());
            }
        }
        if (free < needed) {
            add(
                    found,
                    "its disk is full: a node needs %d MB free at %s, there are %d MB"
                            .formatted(needed / MEGABYTE, mountPoint, free / MEGABYTE),
                    "Make room there, then try again.");
        }
    }

    private void clock(List<MachineUnsuitable> found) {
        Duration off = seen.clockOffset();
        if (off.abs().compareTo(CLOCK_TOLERANCE) > 0) {
            String right = utc(seen.clock().minus(off));
            add(
                    found,
                    "its clock is %s %s ours: %s there, %s here (UTC)"
                            .formatted(
                                    span(off.abs()),
                                    off.isNegative() ? "behind" : "ahead of",
                                    utc(seen.clock()),
                                    right),
                    "Set it, `date -u -s '%s'` there, or let it follow a time server.".formatted(right));
        }
    }

    private static String utc(Instant time) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time);
    }

    private static String span(Duration time) {
        return time.toHours() > 0
                ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
                : "%d min".formatted(time.toMinutes());
    }

    private void ports(List<MachineUnsuitable> found) {
        String more = engine == EngineKind.CJDNS ? ", and 11234 for cjdns's admin interface" : "";
        seen.takenPorts().stream()
                .filter(port -> port.isNeededBy(engine))
                .forEach(port -> add(
                        found,
                        "%s is taken by %s".formatted(port.text(), port.ownerText()),
                        "Stop that process on the machine: a node needs the ports 4863, 8300-8302, 8500 and 8600%s."
                                .formatted(more)));
    }
}
