package org.raptiformica.mesh;

import java.util.ArrayList;
import java.util.List;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/** This machine as seen from inside a network namespace. */
public record NamespaceHost(String name) implements Host {

    private static final LocalHost HERE = new LocalHost();

    @Override
    public Outcome run(Command command, LineListener live) {
        return HERE.run(
                new Command(
                        inside(command.words()),
                        command.environment(),
                        command.directory(),
                        command.input(),
                        command.limit()),
                live);
    }

    /** The words that run these inside; the process of the program is the one that is started. */
    public List<String> inside(List<String> words) {
        List<String> inside = new ArrayList<>(List.of("/usr/sbin/ip", "netns", "exec", name));
        inside.addAll(words);
        return inside;
    }
}
