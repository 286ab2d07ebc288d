package org.raptiformica.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.entering.Deploy;
import org.raptiformica.cluster.inventory.Entry;
import org.raptiformica.cluster.inventory.Inventory;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.module.InstallModule;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.PrerequisiteMissing;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code deploy}: makes the machines of an inventory nodes. */
final class DeployVerb implements Verb {

    private static final int STANDARD_CONCURRENCY = 5;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "deploy",
                "Makes the machines of an inventory nodes, several at a time; a list in JSON or YAML, see"
                        + " docs/inventory.md. What is there is kept: run again, it does what is missing.",
                "raptiformica deploy inventory.json",
                "raptiformica deploy house.yml --dry-run              what it would do, machine by machine",
                "raptiformica deploy house.yml --limit 'web*,db'      by address, pattern or label",
                "raptiformica deploy house.yml --concurrent 20");
        spec.addPositional(Options.argument("INVENTORY", "1", "The file that lists the machines."));
        PathOptions.addTo(spec);
        spec.addOption(Options.number("N", STANDARD_CONCURRENCY, "How many machines at a time.", "--concurrent"));
        spec.addOption(Options.texts("M", "1..*", "Installs these modules first.", "--modules"));
        spec.addOption(Options.texts(
                "MACHINE", "1", "Only these, by address, pattern (web*) or label; separated by commas.", "--limit"));
        spec.addOption(Options.flag("Looks at the machines, tells what would be done, and does nothing.", "--dry-run"));
        spec.addOption(Options.flag(
                "Removes all state of raptiformica from the machines first, also that of another cluster.",
                "--recreate"));
        spec.addOption(Options.flag("Asks nothing: for scripts.", "-y", "--yes"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        Inventory inventory = Inventory.read(Path.of(arguments.matchedPositionalValue(0, "")), session.home());
        List<Entry> entries = inventory.limitedTo(Options.values(arguments, "--limit"));
        Deploy.Options options = new Deploy.Options(
                PathOptions.from(arguments), concurrency(arguments), Options.given(arguments, "--recreate"));
        if (Options.given(arguments, "--dry-run")) {
            Options.values(arguments, "--modules").forEach(module -> tellModule(module, session));
            List<MachineResult> results = session.deploy().rehearse(entries, options, session.progress());
            return Rehearsal.print(session, results);
        }
        boolean yes = Options.given(arguments, "--yes");
        if (options.recreate() && !yes && !agreed(entries, session)) {
            session.console().warn("nothing was done");
            return ExitCode.OK.number();
        }
        for (String module : Options.values(arguments, "--modules")) {
            Optional<InstallModule.Done> done = InstallVerb.bring(module, yes, session.installModule(), session);
            if (done.isEmpty()) {
                session.console().warn("nothing was done: " + module + " was not installed");
                return ExitCode.OK.number();
            }
        }
        return MachineTable.print(session, session.deploy().run(entries, options, session.progress()));
    }

    private static void tellModule(String text, Session session) {
        String name = session.installModule().isAvailable(text)
                ? text
                : session.moduleSource(text).name();
        session.console().warn("would install the module " + name + " here and on every node first");
    }

    private static int concurrency(ParseResult arguments) {
        int number = arguments.matchedOptionValue("--concurrent", STANDARD_CONCURRENCY);
        if (number < 1) {
            throw new BadData("--concurrent " + number, "so many machines at a time is none", "Give 1 or more.");
        }
        return number;
    }

    private static boolean agreed(List<Entry> entries, Session session) {
        session.console()
                .warn(
                        "All state of raptiformica is going to be removed from " + entries.size()
                                + (entries.size() == 1 ? " machine" : " machines")
                                + ", with what the store has on them; if these are all nodes of the cluster, all of its store.");
        return session.console()
                .ask("Remove it?")
                .orElseThrow(() -> new PrerequisiteMissing(
                        "--recreate", "nobody is here to confirm it", "Run the command at a terminal, or with --yes."));
    }
}
