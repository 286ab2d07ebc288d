package org.raptiformica.provision.service;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a service as a unit of systemd (systemd.service(5), systemd.exec(5), systemd.syntax(7)). */
final class SystemdUnit {

    /** The service in place of a shell that has opened its log, $0: systemd before 240, as RHEL 8 has, cannot append. */
    private static final String LOGGED = "exec \"$@\" >>\"$0\" 2>&1";

    private SystemdUnit() {}

    static String name(String service) {
        return "raptiformica-" + service + ".service";
    }

    static String text(Service service) {
        return """
                [Unit]
                Description=raptiformica: %s
                After=network.target
                StartLimitIntervalSec=0

                [Service]
                Type=simple
                ExecStart=%s
                %sRestart=always
                RestartSec=1
                # What it started itself, other services too, goes on when it is stopped or upgraded.
                KillMode=process
                TimeoutStopSec=10
                LimitNOFILE=65536
                UMask=0027

                [Install]
                WantedBy=multi-user.target
                """.formatted(
                service.name(),
                Stream.concat(Stream.of("/bin/sh", "-c", LOGGED, service.log().toString()), service.command().stream())
                        .map(SystemdUnit::word)
                        .collect(Collectors.joining(" ")),
                environment(service));
    }

    private static String environment(Service service) {
        return service.environment().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(entry -> "Environment=%s%n".formatted(quoted(percent(entry.getKey() + "=" + entry.getValue()))))
                .collect(Collectors.joining());
    }

    /** A word of a command line: nothing in it is expanded. */
    private static String word(String text) {
        return quoted(percent(text).replace("$", "$$"));
    }

    private static String percent(String text) {
        return text.replace("%", "%%");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
