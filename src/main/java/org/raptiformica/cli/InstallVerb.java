package org.raptiformica.cli;

import com.google.gson.JsonObject;
import java.util.Optional;
import org.raptiformica.cluster.module.InstallModule;
import org.raptiformica.config.module.ModuleSource;
import org.raptiformica.failure.PrerequisiteMissing;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code install}: puts a module on this client and on all nodes, or takes it away. */
final class InstallVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "install",
                "Installs a module here and on every node of the cluster, or replaces it by what its source has now. What a"
                        + " module brings runs as root on every node.",
                "raptiformica install owner/name                          from GitHub",
                "raptiformica install https://example.org/name.git@v1.2   any URL for git, @tag or @commit",
                "raptiformica install ./my-module                         a git repository on this machine",
                "raptiformica install notifications                       one that comes with raptiformica",
                "raptiformica install --remove name");
        spec.aliases("modprobe");
        spec.addPositional(Options.argument("MODULE", "1", "Which module, and from where."));
        spec.addOption(Options.flag("Removes the module instead.", "-r", "--remove"));
        spec.addOption(Options.flag("Asks nothing: for scripts.", "-y", "--yes"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        String text = arguments.matchedPositionalValue(0, "");
        InstallModule installer = session.installModule();
        return Options.given(arguments, "--remove")
                ? remove(text, installer, session)
                : install(text, Options.given(arguments, "--yes"), installer, session);
    }

    private static int install(String text, boolean yes, InstallModule installer, Session session) {
        Optional<InstallModule.Done> done = bring(text, yes, installer, session);
        if (done.isEmpty()) {
            session.console().warn("nothing was installed");
            return ExitCode.OK.number();
        }
        tell(
                session,
                done.get().module().name(),
                "installed",
                done.get().nodes(),
                "from " + done.get().from());
        return ExitCode.OK.number();
    }

    /** Installs a module, asking first where it is a new one of somebody else; absent where the answer was no. */
    static Optional<InstallModule.Done> bring(String text, boolean yes, InstallModule installer, Session session) {
        boolean ours = installer.isAvailable(text);
        Optional<ModuleSource> source = ours ? Optional.empty() : Optional.of(session.moduleSource(text));
        String name = source.map(ModuleSource::name).orElse(text);
        if (!ours && !yes && !installer.isInstalled(name) && !agreed(name, source.orElseThrow(), session)) {
            return Optional.empty();
        }
        InstallModule.Done done = source.map(installer::install).orElseGet(() -> installer.installAvailable(name));
        session.tell(done.module().problems());
        return Optional.of(done);
    }

    /** Asked once a module: what it may do does not change with its versions. */
    private static boolean agreed(String name, ModuleSource source, Session session) {
        session.console()
                .warn("The module " + name + " from " + source
                        + " may run anything it likes: as root on every node of the"
                        + " cluster, now and whenever the cluster changes, and as you on this machine.");
        return session.console()
                .ask("Install it?")
                .orElseThrow(() -> new PrerequisiteMissing(
                        "module " + name,
                        "nobody is here to confirm that it may run as root on every node",
                        "Run the command at a terminal, or with --yes if you trust " + source + "."));
    }

    private static int remove(String text, InstallModule installer, Session session) {
        String name = text.contains("/") ? session.moduleSource(text).name() : text;
        int nodes = installer.remove(name);
        tell(session, name, "removed", nodes, "");
        return ExitCode.OK.number();
    }

    private static void tell(Session session, String name, String what, int nodes, String more) {
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("module", name);
            json.addProperty("result", what);
            json.addProperty("nodes", nodes);
            session.console().json(json);
            return;
        }
        String where = nodes == 0 ? "here; there is no cluster yet" : "here and on " + nodes + " nodes";
        session.console().say((what + " " + name + " " + more).strip() + ": " + where);
    }
}
