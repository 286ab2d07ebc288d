package org.raptiformica.mesh.yggdrasil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.Outcome;
import org.raptiformica.mesh.NamespaceHost;

/** A machine of which only some packet filter programs are installed. */
record FilteredHost(NamespaceHost host, String path) implements Host {

    private static final List<String> TOOLS = List.of("nft", "ip6tables", "ip6tables-restore");

    static FilteredHost all(NamespaceHost host) {
        return new FilteredHost(host, "/usr/sbin:/usr/bin:/sbin:/bin");
    }

    static FilteredHost without(NamespaceHost host, Path directory, String... missing) throws IOException {
        Path tools = Files.createTempDirectory(directory, "tools");
        Files.createSymbolicLink(tools.resolve("sh"), Path.of("/bin/sh"));
        for (String tool : TOOLS) {
            if (!List.of(missing).contains(tool)) {
                Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/sbin", tool));
            }
        }
        return new FilteredHost(host, tools.toString());
    }

    @Override
    public String name() {
        return host.name();
    }

    @Override
    public Outcome run(Command command, LineListener live) {
        return host.run(command.withEnvironment("PATH", path), live);
    }

    /** All rules of this machine, whichever program made them. */
    String rules() {
        return Stream.of(List.of("nft", "list", "ruleset"), List.of("ip6tables-save"))
                .map(words -> host.run(Command.of(words)).out())
                .reduce("", String::concat);
    }
}
