package org.raptiformica.cli;

import java.util.List;
import org.raptiformica.cluster.instance.Spawn;
import org.raptiformica.cluster.journey.MachineResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code spawn}: boots machines of a compute type and makes them nodes. */
final class SpawnVerb implements Verb {

    private static final int MOST = 100;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "spawn",
                "Boots a machine and makes it a node. A spawn that was interrupted or failed after the boot is taken up"
                        + " again by the next one.",
                "raptiformica spawn",
                "raptiformica spawn --count 3                three at once",
                "raptiformica spawn --compute-type docker --no-assimilate",
                "raptiformica spawn --check-available        tells whether a type can be booted here");
        spec.addOption(Options.number("N", 1, "How many machines, all in parallel.", "-n", "--count"));
        spec.addOption(Options.text("TYPE", "Where they are booted (default: the first type).", "--compute-type"));
        PathOptions.addTo(spec);
        spec.addOption(Options.flag("Takes up none that was left half-way.", "--fresh"));
        spec.addOption(Options.flag("Only tells whether such a machine can be booted here.", "--check-available"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        int count = arguments.matchedOptionValue("--count", 1);
        if (count < 1 || count > MOST) {
            throw new ParameterException(
                    arguments.commandSpec().commandLine(), "--count is " + count + ": give a number from 1 to " + MOST);
        }
        Spawn spawn = session.spawn();
        Spawn.Wanted wanted =
                spawn.choose(Options.value(arguments, "--compute-type"), Options.value(arguments, "--server-type"));
        if (Options.given(arguments, "--check-available")) {
            return Available.print(session, wanted);
        }
        boolean fresh = Options.given(arguments, "--fresh");
        List<MachineResult> results = spawn.run(wanted, count, fresh, PathOptions.from(arguments), session.progress());
        return MachineTable.print(session, results);
    }
}
