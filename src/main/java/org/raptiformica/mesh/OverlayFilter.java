package org.raptiformica.mesh;

import java.net.Inet6Address;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.Outcome;

/**
 * Lets only members' addresses in through the mesh interface, to this node and through it. The mesh makes an address from
 * a key and checks it end to end, so that a source address there is not forged. Applied whole or not at all, and beside
 * whatever other packet filter the machine has: a packet dropped here is dropped, one let through may still meet those.
 */
public final class OverlayFilter {

    private static final String TABLE = "raptiformica";
    private static final String CHAIN = "RAPTIFORMICA";
    private static final List<String> HOOKS = List.of("INPUT", "FORWARD");

    private final Host host;
    private final String interfaceName;

    /**
     * @param host the node
     * @param interfaceName the network interface of the mesh; it need not exist yet
     */
    public OverlayFilter(Host host, String interfaceName) {
        this.host = host;
        this.interfaceName = interfaceName;
    }

    /** What came of applying the filter. */
    public sealed interface State {

        /** It is in place, by this program. */
        record Active(String tool) implements State {}

        /** This machine has no packet filter program: nothing is filtered. */
        record NoTool() implements State {}

        /** This machine's packet filter does not take it: nothing new is filtered. */
        record Refused(String tool, String why) implements State {}
    }

    /** Lets in these addresses and no others, in place of those of the last call. */
    public State apply(Set<Inet6Address> members) {
        List<String> addresses = addresses(members);
        State state = applyNftables(addresses);
        if (!(state instanceof State.Active) && has("ip6tables-restore")) {
            return applyIp6tables(addresses);
        }
        return state;
    }

    /** Whether the filter of an earlier {@link #apply} is in place. */
    public boolean present() {
        return run(List.of("nft", "list", "table", "ip6", TABLE)).ok()
                || run(jump("-C", HOOKS.getFirst())).ok();
    }

    /** Takes the filter away; all is as if it had never been. */
    public void remove() {
        if (has("nft")) {
            feed("add table ip6 %s\ndelete table ip6 %s\n".formatted(TABLE, TABLE), "nft", "-f", "-");
        }
        if (has("ip6tables")) {
            HOOKS.forEach(hook -> run(jump("-D", hook)));
            run(List.of("ip6tables", "-w", "-F", CHAIN));
            run(List.of("ip6tables", "-w", "-X", CHAIN));
        }
    }

    /** The rules for nftables: one transaction that replaces the table. */
    String nftables(List<String> addresses) {
        String elements = addresses.isEmpty() ? "" : "elements = { " + String.join(", ", addresses) + " }";
        return """
                add table ip6 %1$s
                delete table ip6 %1$s
                table ip6 %1$s {
                  set members {
                    type ipv6_addr
                    %3$s
                  }
                  chain input {
                    type filter hook input priority -10; policy accept;
                    iifname "%2$s" ip6 saddr != @members drop
                  }
                  chain forward {
                    type filter hook forward priority -10; policy accept;
                    iifname "%2$s" ip6 saddr != @members drop
                  }
                }
                """.formatted(TABLE, interfaceName, elements);
    }

    /** The chain for ip6tables: one transaction that replaces it. */
    static String ip6tables(List<String> addresses) {
        String accepted = addresses.stream()
                .map(address -> "-A " + CHAIN + " -s " + address + " -j RETURN\n")
                .collect(Collectors.joining());
        return "*filter\n:" + CHAIN + " - [0:0]\n" + accepted + "-A " + CHAIN + " -j DROP\nCOMMIT\n";
    }

    private State applyNftables(List<String> addresses) {
        Outcome outcome = feed(nftables(addresses), "nft", "-f", "-");
        // Asked only then: it costs a process, and the members of a cluster that grows change all the time.
        return outcome.ok() || has("nft") ? state("nft", outcome) : new State.NoTool();
    }

    private State applyIp6tables(List<String> addresses) {
        Outcome outcome = feed(ip6tables(addresses), "ip6tables-restore", "-w", "--noflush");
        for (String hook : HOOKS) {
            if (outcome.ok() && !run(jump("-C", hook)).ok()) {
                outcome = run(jump("-I", hook));
            }
        }
        return state("ip6tables", outcome);
    }

    private List<String> jump(String action, String hook) {
        return List.of("ip6tables", "-w", action, hook, "-i", interfaceName, "-j", CHAIN);
    }

    private static State state(String tool, Outcome outcome) {
        return outcome.ok()
                ? new State.Active(tool)
                : new State.Refused(tool, outcome.err().strip());
    }

    private boolean has(String tool) {
        return run(List.of("sh", "-c", "command -v \"$1\"", "sh", tool)).ok();
    }

    private Outcome feed(String rules, String... words) {
        return host.run(Command.of(words).withInput(new Input.Text(rules)));
    }

    private Outcome run(List<String> words) {
        return host.run(Command.of(words));
    }

    private static List<String> addresses(Set<Inet6Address> members) {
        return List.copyOf(new TreeSet<>(members.stream()
                .map(Inet6Address::getHostAddress)
                .map(OverlayFilter::withoutZone)
                .toList()));
    }

    private static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
