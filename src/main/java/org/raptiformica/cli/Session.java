package org.raptiformica.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.entering.Artifacts;
import org.raptiformica.cluster.entering.ClientHooks;
import org.raptiformica.cluster.entering.Deploy;
import org.raptiformica.cluster.entering.Join;
import org.raptiformica.cluster.entering.Preparation;
import org.raptiformica.cluster.entering.Slave;
import org.raptiformica.cluster.entering.Update;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.gateway.LastNode;
import org.raptiformica.cluster.gateway.LoginKeyFiles;
import org.raptiformica.cluster.instance.Destroy;
import org.raptiformica.cluster.instance.Prune;
import org.raptiformica.cluster.instance.Spawn;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.leaving.Clean;
import org.raptiformica.cluster.leaving.CleanMachines;
import org.raptiformica.cluster.leaving.Leave;
import org.raptiformica.cluster.module.InstallModule;
import org.raptiformica.cluster.module.KnownModules;
import org.raptiformica.cluster.program.AgentService;
import org.raptiformica.cluster.program.ProgramFiles;
import org.raptiformica.cluster.reach.Advertise;
import org.raptiformica.cluster.reach.Inject;
import org.raptiformica.cluster.reach.Login;
import org.raptiformica.cluster.reach.Reachability;
import org.raptiformica.cluster.reach.Ways;
import org.raptiformica.cluster.recovery.Backup;
import org.raptiformica.cluster.recovery.Recover;
import org.raptiformica.compute.LoginKeys;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.LoadedModules;
import org.raptiformica.config.ModuleProblem;
import org.raptiformica.config.Modules;
import org.raptiformica.config.NodePaths;
import org.raptiformica.config.module.ModuleCatalogue;
import org.raptiformica.config.module.ModuleInstaller;
import org.raptiformica.config.module.ModuleSource;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.Host;
import org.raptiformica.host.KnownHosts;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.SshSettings;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.LearnedPaths;
import org.raptiformica.provision.Availability;
import org.raptiformica.provision.CarriedSources;
import org.raptiformica.provision.Inspector;
import org.raptiformica.provision.ServerTypeProvisioner;
import org.raptiformica.provision.artifact.ArtifactStore;
import org.raptiformica.provision.hook.HookRunner;
import org.raptiformica.provision.service.Supervision;
import org.raptiformica.provision.upload.Upload;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What one run of a command works with: the options that all commands have, and the parts of the program, put together
 * when a command first asks for them.
 */
final class Session implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final Console console;
    private final OutputFormat format;
    private final Verbosity verbosity;
    private final CacheDirectory cache;
    private final Path home;
    private final Map<String, String> environment;
    private final Optional<EngineKind> mesh;
    private final Host here = new LocalHost();
    private final NodePaths node = NodePaths.ofThisMachine();
    private Optional<Progress> progress = Optional.empty();
    private final Set<ModuleProblem> told = ConcurrentHashMap.newKeySet();
    private Optional<Connections> connections = Optional.empty();
    private Optional<Gateway> gateway = Optional.empty();
    private Optional<ClusterConfig> config = Optional.empty();
    private Optional<LoginKeys> loginKeys = Optional.empty();
    private Optional<Preparation> preparation = Optional.empty();

    private Session(
            Console console,
            OutputFormat format,
            Verbosity verbosity,
            CacheDirectory cache,
            Path home,
            Map<String, String> environment,
            Optional<EngineKind> mesh) {
        this.mesh = mesh;
        this.home = home;
        this.environment = environment;
        this.console = console;
        this.format = format;
        this.verbosity = verbosity;
        this.cache = cache;
    }

    /** The options of every command. */
    static List<OptionSpec> commonOptions() {
        return List.of(
                OptionSpec.builder("-o", "--output")
                        .type(OutputFormat.class)
                        .paramLabel("table|json")
                        .defaultValue("table")
                        .description("How the result is printed.")
                        .build(),
                Options.flag("Says more: the output of the commands on the machines.", "-v", "--verbose"),
                Options.flag("Says nothing but the result.", "-q", "--quiet"),
                Options.text(
                        "DIR",
                        "Where this client keeps what it knows, relative to the home directory (default: .raptiformica.d,"
                                + " or $RAPTIFORMICA_CACHE_DIR).",
                        "-c",
                        "--cache-dir"),
                Options.help());
    }

    static Session open(Console console, Map<String, String> environment, ParseResult arguments) {
        Verbosity verbosity = Options.given(arguments, "--quiet")
                ? Verbosity.QUIET
                : Options.given(arguments, "--verbose") ? Verbosity.VERBOSE : Verbosity.NORMAL;
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")));
        return new Session(
                console,
                arguments.matchedOptionValue("--output", OutputFormat.TABLE),
                verbosity,
                CacheDirectory.choose(home, Options.value(arguments, "--cache-dir"), environment),
                home,
                environment,
                PathOptions.mesh(arguments));
    }

    Console console() {
        return console;
    }

    OutputFormat format() {
        return format;
    }

    Verbosity verbosity() {
        return verbosity;
    }

    /** Says on standard error why a machine failed; the result says it by itself. */
    void warn(Failure failure) {
        new FailureReport(console, format, verbosity).warn(failure);
    }

    CacheDirectory cache() {
        return cache;
    }

    /** Where things are if this machine is a node. */
    NodePaths node() {
        return node;
    }

    /** The program's own files. */
    ProgramFiles program() {
        return ProgramFiles.ofThisProcess();
    }

    Progress progress() {
        if (progress.isEmpty()) {
            boolean painted = console.terminal() && verbosity != Verbosity.QUIET;
            progress = Optional.of(
                    painted
                            ? new TerminalProgress(console.err(), verbosity, TerminalSize.ofStandardError())
                            : new PlainProgress(console.err(), verbosity));
        }
        return progress.get();
    }

    /** Leaves the last state of all progress lines on the screen. */
    void endProgress() {
        progress.filter(TerminalProgress.class::isInstance)
                .map(TerminalProgress.class::cast)
                .ifPresent(TerminalProgress::close);
        progress = Optional.empty();
    }

    /** Found once, whichever of the connections asks first. */
    synchronized LoginKeys loginKeys() {
        if (loginKeys.isEmpty()) {
            loginKeys = Optional.of(LoginKeys.find(cache, home, environment));
        }
        return loginKeys.get();
    }

    Connections connections() {
        if (connections.isEmpty()) {
            connections = Optional.of(new Connections(
                    () -> new SshSettings(cache.knownHosts(), loginKeys().identities(), CONNECT_LIMIT),
                    new KnownHosts(cache.knownHosts()),
                    new LoginKeyFiles(cache.loginKeys())));
        }
        return connections.get();
    }

    Gateway gateway() {
        if (gateway.isEmpty()) {
            gateway = Optional.of(new Gateway(connections(), node.agentSocket(), new LastNode(cache.lastNode())));
        }
        return gateway.get();
    }

    /** The cluster's config; of a cluster that is yet to be made with the engine that the command line asks for. */
    ClusterConfig config() {
        if (config.isEmpty()) {
            ClusterConfig opened = new ClusterConfig(
                    new ConfigCache(cache), gateway(), () -> loadModules().mapping());
            mesh.ifPresent(opened::require);
            config = Optional.of(opened);
        }
        return config.get();
    }

    /** Says so where changes of this client have reached no node. */
    void tellWaitingChanges() {
        int waiting = config.map(ClusterConfig::waiting).orElse(0);
        if (waiting > 0 && verbosity != Verbosity.QUIET) {
            console.warn(waiting + (waiting == 1 ? " change waits" : " changes wait")
                    + " on this machine until a node can be reached");
        }
    }

    private Ways ways() {
        return new Ways(connections(), config(), gateway());
    }

    Reachability reachability() {
        return new Reachability(ways(), gateway());
    }

    Login login() {
        return new Login(config(), connections(), ways());
    }

    AgentService agentService() {
        return new AgentService(node, Supervision.ofAgent(node, here), program().id());
    }

    Slave slave() {
        return new Slave(connections(), preparation(), config(), cache.root(), clientHooks());
    }

    Join join() {
        return new Join(
                here,
                connections(),
                gateway(),
                config(),
                new ConfigCache(cache),
                preparation(),
                cache.root(),
                clientHooks(),
                new LearnedPaths(node.learnedPaths()));
    }

    Advertise advertise() {
        return new Advertise(config(), gateway(), ways());
    }

    Inject inject() {
        return new Inject(config(), connections());
    }

    Deploy deploy() {
        return new Deploy(config(), connections(), new LoginKeyFiles(cache.loginKeys()), slave());
    }

    Leave leave() {
        return new Leave(config(), connections(), ways(), gateway(), clean());
    }

    CleanMachines cleanMachines() {
        return new CleanMachines(config(), ways());
    }

    /** The user's home directory. */
    Path home() {
        return home;
    }

    Spawn spawn() {
        return new Spawn(config(), cache, program(), loginKeys(), slave(), clientHooks(), availability());
    }

    Prune prune() {
        return new Prune(config(), cache, program());
    }

    Backup backup() {
        return new Backup(config(), InstantSource.system());
    }

    Recover recover() {
        return new Recover(config(), ways(), gateway());
    }

    Destroy destroy() {
        return new Destroy(config(), cache, program());
    }

    Clean clean() {
        return new Clean(here, node, cache, program());
    }

    InstallModule installModule() {
        return new InstallModule(config(), cache, program(), new ModuleInstaller(cache, here));
    }

    Artifacts artifacts() {
        return new Artifacts(config(), new ArtifactStore(cache, here));
    }

    KnownModules knownModules() {
        return new KnownModules(config(), new ModuleCatalogue(program().modules(), cache.modules(), here));
    }

    Update update() {
        return new Update(config(), slave(), ways());
    }

    /** Runs hooks where they run by themselves: on a node in the place that its modules know. */
    HookRunner hookRunner() {
        boolean isNode = Files.exists(node.nodeRecord());
        return new HookRunner(here, isNode ? node.program() : program().home(), cache);
    }

    /** What a path or source that a person gives is relative to, and what {@code ~} means. */
    ModuleSource moduleSource(String text) {
        return ModuleSource.parse(text, Path.of("").toAbsolutePath(), home);
    }

    private Availability availability() {
        return new Availability(here, program().home(), cache);
    }

    private ClientHooks clientHooks() {
        return new ClientHooks(hookRunner(), config());
    }

    private Preparation preparation() {
        if (preparation.isEmpty()) {
            preparation = Optional.of(new Preparation(
                    config(),
                    cache,
                    new ArtifactStore(cache, here),
                    program(),
                    new Inspector(node, InstantSource.system()),
                    new Upload(node),
                    new ServerTypeProvisioner(node),
                    availability(),
                    new CarriedSources(cache, here)));
        }
        return preparation.get();
    }

    private LoadedModules loadModules() {
        LoadedModules loaded = Modules.load(List.of(program().modules(), cache.modules()));
        tell(loaded.problems());
        return loaded;
    }

    /** Says what had to be left out of modules: each thing once a command, however often they are loaded. */
    void tell(List<ModuleProblem> problems) {
        problems.stream()
                .filter(told::add)
                .forEach(problem -> console.warn("raptiformica: warning: " + problem.message()));
    }

    @Override
    public void close() {
        endProgress();
        preparation.ifPresent(Preparation::close);
        connections.ifPresent(Connections::close);
    }
}
