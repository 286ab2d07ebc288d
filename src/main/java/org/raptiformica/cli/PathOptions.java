package org.raptiformica.cli;

import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.entering.SlaveOptions;
import org.raptiformica.mesh.EngineKind;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The options that cut the path of a machine short, the same for all commands that bring machines in. */
final class PathOptions {

    private static final String MESH = "--mesh";

    private PathOptions() {}

    /**
     * The mesh engine that is asked for, of commands that have this option and of others.
     *
     * @throws ParameterException when there is no such engine
     */
    static Optional<EngineKind> mesh(ParseResult arguments) {
        return Options.value(arguments, MESH)
                .map(word -> EngineKind.named(word)
                        .orElseThrow(() -> new ParameterException(
                                arguments.commandSpec().commandLine(),
                                MESH + " is " + word + ": give one of "
                                        + EngineKind.words().replace("|", ", "))));
    }

    static void addTo(CommandSpec spec) {
        List.of(
                        Options.text(
                                EngineKind.words(),
                                "The mesh engine of a cluster that this command makes (default: yggdrasil). All nodes of a"
                                        + " cluster have the same.",
                                MESH),
                        Options.text("TYPE", "What the machine is to be (default: the first type).", "--server-type"),
                        Options.flag("Runs no server type's bootstrap.", "--no-provision"),
                        Options.flag("Leaves the machine outside the mesh.", "--no-assimilate"),
                        Options.flag("Fires no after_assimilate hook here.", "--no-after-assimilate"),
                        Options.flag("Fires no after_mesh hook on the machine.", "--no-after-mesh"))
                .forEach(spec::addOption);
    }

    static SlaveOptions from(ParseResult arguments) {
        return new SlaveOptions(
                Options.value(arguments, "--server-type"),
                !Options.given(arguments, "--no-provision"),
                !Options.given(arguments, "--no-assimilate"),
                !Options.given(arguments, "--no-after-assimilate"),
                !Options.given(arguments, "--no-after-mesh"));
    }
}
