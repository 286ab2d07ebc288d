package org.raptiformica.provision;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a look at a machine found. Sizes are bytes, hashes SHA-256 in hex digits.
 *
 * @param hostname what the machine calls itself
 * @param kernel its release
 * @param platform {@code linux-x86_64}, {@code linux-aarch64}, …
 * @param libc {@code glibc 2.36}, {@code musl} or {@code unknown}
 * @param distribution the ID and VERSION_ID of os-release
 * @param netAdmin whether we may configure network interfaces there
 * @param free what is free, by directory
 * @param tools which of the commands we use are installed
 * @param running which of {@code agent}, {@code yggdrasil}, {@code cjdns}, {@code consul} runs under our supervision
 * @param program the id of the installed program
 * @param programCheckout whether a directory, raptiformica 0.1, is where the program's link belongs
 * @param artifacts the hash of each binary, by {@code MACHINE/TOOL/BINARY}
 * @param modules what was delivered, by name; likewise {@code repositories}
 * @param config the hash of the cached config
 * @param cluster the id of the cluster whose secret the machine has, see {@link org.raptiformica.config.ClusterId}
 * @param takenPorts where others listen on our ports
 * @param clockOffset how far the machine's clock is ahead of ours
 */
public record Inspection(
        String hostname,
        int uid,
        String kernel,
        String platform,
        String libc,
        Distribution distribution,
        Init init,
        Tun tun,
        boolean netAdmin,
        Map<String, Free> free,
        Ipv6 ipv6,
        Set<String> tools,
        Set<String> running,
        Optional<String> program,
        boolean programCheckout,
        Map<String, String> artifacts,
        Map<String, String> modules,
        Map<String, String> repositories,
        Optional<String> config,
        Optional<String> cluster,
        List<Port> takenPorts,
        Instant clock,
        Duration clockOffset) {

    /** What supervises processes. */
    public enum Init {
        SYSTEMD,
        OTHER
    }

    /** The state of {@code /dev/net/tun}. */
    public enum Tun {
        OPENS,
        /** The device node is there and does not open. */
        EXISTS,
        MISSING
    }

    /** The state of IPv6 in the kernel. */
    public enum Ipv6 {
        ENABLED,
        /** Switched off for all interfaces or for new ones. */
        DISABLED,
        /** The kernel has none, or was started without. */
        MISSING
    }

    /** The ID and VERSION_ID of os-release, as in {@code debian}, {@code 12}; the latter may be empty. */
    public record Distribution(String id, String version) {}

    /** What is free on a directory's file system, and where that is mounted. */
    public record Free(long bytes, String mountPoint) {}

    /** What {@code uname -m} says, as in {@code x86_64}. */
    public String machine() {
        return platform.substring(platform.indexOf('-') + 1);
    }
}
