package org.raptiformica.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.raptiformica.failure.Failure;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line as a whole: finds the command, runs it, and turns what was thrown into a message and an exit code. */
final class Program {

    private static final List<Verb> VERBS = List.of(
            new SpawnVerb(),
            new SlaveVerb(),
            new JoinVerb(),
            new AdvertiseVerb(),
            new InjectVerb(),
            new DeployVerb(),
            new MembersVerb(),
            new ConfigVerb(),
            new SshVerb(),
            new UpdateVerb(),
            new InstallVerb(),
            new ModulesVerb(),
            new ArtifactVerb(),
            new HookVerb(),
            new NotifyVerb(),
            new PackageVerb(),
            new BackupVerb(),
            new RestoreVerb(),
            new RecoverVerb(),
            new PruneVerb(),
            new DestroyVerb(),
            new LeaveVerb(),
            new CleanVerb(),
            new MeshVerb(),
            new AgentVerb(),
            new AskVerb());

    private final Console console;
    private final Map<String, String> environment;

    Program(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    /** Returns the exit code of the process. */
    int run(String... arguments) {
        List<String> words = List.of(arguments);
        // It must be able to tell what is wrong with a command line that cannot be read.
        Verbosity verbosity =
                words.contains("-v") || words.contains("--verbose") ? Verbosity.VERBOSE : Verbosity.NORMAL;
        FailureReport report = new FailureReport(console, OutputFormat.askedFor(words), verbosity);
        Map<String, Verb> verbs = new LinkedHashMap<>();
        CommandLine line = new CommandLine(rootSpec(verbs));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        try {
            return dispatch(line, line.parseArgs(arguments), verbs, report);
        } catch (ParameterException e) {
            return report.usage(e);
        }
    }

    private int dispatch(CommandLine line, ParseResult parsed, Map<String, Verb> verbs, FailureReport report) {
        ParseResult innermost = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        CommandLine asked = innermost.commandSpec().commandLine();
        if (Options.given(innermost, "--help")) {
            asked.usage(console.out());
            return ExitCode.OK.number();
        }
        if (!parsed.hasSubcommand()) {
            if (Options.given(parsed, "--version")) {
                console.say("raptiformica " + Version.current());
                return ExitCode.OK.number();
            }
            line.usage(console.err());
            return ExitCode.USAGE.number();
        }
        Verb verb = verbs.get(innermost.commandSpec().name());
        if (verb == null) {
            throw new IllegalStateException("no verb " + innermost.commandSpec().name());
        }
        return guarded(verb, innermost, report);
    }

    private int guarded(Verb verb, ParseResult arguments, FailureReport report) {
        try (Session session = Session.open(console, environment, arguments)) {
            try {
                int code = verb.run(arguments, session);
                session.tellWaitingChanges();
                return code;
            } finally {
                session.endProgress();
            }
        } catch (ParameterException e) {
            throw e;
        } catch (CancellationException interrupted) {
            return report.interrupted();
        } catch (RuntimeException | Error thrown) {
            // What fails after Ctrl-C fails because of it: a file that is closed under its reader, say.
            boolean interrupted = Thread.currentThread().isInterrupted();
            String command = "raptiformica " + arguments.commandSpec().name();
            return interrupted ? report.interrupted() : report.tell(Failure.of(command, thrown));
        }
    }

    private static CommandSpec rootSpec(Map<String, Verb> verbs) {
        CommandSpec root = Options.command(
                "raptiformica",
                "Turns machines that you can SSH into into nodes of an encrypted IPv6 mesh with a replicated store.",
                "raptiformica spawn --count 3       three machines in Docker, one cluster",
                "raptiformica slave 192.0.2.7       that machine becomes a node, too",
                "raptiformica members               who is there",
                "raptiformica ssh                   a shell on the first node that answers");
        root.addOption(Options.help());
        root.addOption(Options.flag("Prints the version.", "--version"));
        for (Verb verb : VERBS) {
            CommandSpec spec = verb.spec();
            Session.commonOptions().forEach(spec::addOption);
            verbs.put(spec.name(), verb);
            root.addSubcommand(spec.name(), spec);
        }
        root.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(exitCodes());
        return root;
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(" " + code.number(), code.meaning());
        }
        return codes;
    }
}
