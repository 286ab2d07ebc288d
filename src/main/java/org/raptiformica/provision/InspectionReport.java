package org.raptiformica.provision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.raptiformica.failure.StepFailed;

/** Reads what inspect.sh prints: {@code key=value} lines; keys with a space tell a kind and a name. */
final class InspectionReport {

    private static final int CAP_NET_ADMIN = 12;

    private final String machineName;
    private final Map<String, List<String>> values = new TreeMap<>();

    InspectionReport(String machineName, String text) {
        this.machineName = machineName;
        text.lines().filter(line -> line.indexOf('=') > 0).forEach(line -> {
            int equals = line.indexOf('=');
            values.computeIfAbsent(line.substring(0, equals), key -> new ArrayList<>())
                    .add(line.substring(equals + 1));
        });
        if (!one("end").equals("inspection")) {
            throw new StepFailed(
                    machineName,
                    "looking at the machine broke off half way",
                    "See whether `sh` works there for the user we log in as; then try again.");
        }
    }

    Inspection inspection(Instant now) {
        Instant clock = Instant.ofEpochSecond(number("epoch"));
        return new Inspection(
                one("hostname"),
                (int) number("uid"),
                one("kernel"),
                one("os").toLowerCase(Locale.ROOT) + "-" + one("machine"),
                one("libc"),
                new Inspection.Distribution(one("distribution"), one("distribution_version")),
                choice(Inspection.Init.class, "init"),
                choice(Inspection.Tun.class, "tun"),
                netAdmin(),
                free(),
                choice(Inspection.Ipv6.class, "ipv6"),
                all("tool"),
                all("running"),
                optional("program"),
                optional("program_checkout").isPresent(),
                named("artifact "),
                named("module "),
                named("repository "),
                optional("config"),
                optional("cluster"),
                ports(),
                clock,
                Duration.between(now, clock));
    }

    private String one(String key) {
        return optional(key).orElse("");
    }

    private Optional<String> optional(String key) {
        return Optional.ofNullable(values.get(key)).map(List::getFirst);
    }

    private Set<String> all(String key) {
        return new TreeSet<>(values.getOrDefault(key, List.of()));
    }

    private Map<String, String> named(String kind) {
        Map<String, String> found = new TreeMap<>();
        values.forEach((key, given) -> {
            if (key.startsWith(kind)) {
                found.put(key.substring(kind.length()), given.getFirst());
            }
        });
        return found;
    }

    private long number(String key) {
        try {
            return Long.parseLong(one(key));
        } catch (NumberFormatException e) {
            throw new StepFailed(
                    machineName,
                    "looking at the machine gave `%s` for %s".formatted(one(key), key),
                    "See whether `id` and `date` work there for the user we log in as.");
        }
    }

    private <E extends Enum<E>> E choice(Class<E> type, String key) {
        return Enum.valueOf(type, one(key).toUpperCase(Locale.ROOT));
    }

    private boolean netAdmin() {
        String capabilities = one("capabilities");
        return capabilities.isEmpty() || (Long.parseUnsignedLong(capabilities, 16) >> CAP_NET_ADMIN & 1) == 1;
    }

    private Map<String, Inspection.Free> free() {
        Map<String, Inspection.Free> free = new TreeMap<>();
        named("free ").forEach((directory, text) -> {
            int space = text.indexOf(' ');
            free.put(
                    directory,
                    new Inspection.Free(Long.parseLong(text.substring(0, space)), text.substring(space + 1)));
        });
        return free;
    }

    private List<Port> ports() {
        return values.getOrDefault("port", List.of()).stream()
                .map(text -> text.split(" ", 4))
                .map(part -> new Port(part[0], Integer.parseInt(part[1]), Long.parseLong(part[2]), part[3].strip()))
                .toList();
    }
}
