package org.raptiformica.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.raptiformica.agent.departure.DepartedReconciler;
import org.raptiformica.agent.departure.Departure;
import org.raptiformica.agent.departure.EvictionReconciler;
import org.raptiformica.agent.departure.HandOver;
import org.raptiformica.agent.entry.AddressWatch;
import org.raptiformica.agent.entry.EntryReconciler;
import org.raptiformica.agent.hook.ClusterChange;
import org.raptiformica.agent.hook.NodeHooks;
import org.raptiformica.agent.lan.Caller;
import org.raptiformica.agent.lan.Ear;
import org.raptiformica.agent.lan.KnownCallers;
import org.raptiformica.agent.lan.LanCalls;
import org.raptiformica.agent.member.MemberWatch;
import org.raptiformica.agent.member.MembershipReconciler;
import org.raptiformica.agent.member.Presence;
import org.raptiformica.agent.member.ToldMembers;
import org.raptiformica.agent.mesh.Engines;
import org.raptiformica.agent.mesh.FilterReconciler;
import org.raptiformica.agent.mesh.LinksReconciler;
import org.raptiformica.agent.mesh.MeshReconciler;
import org.raptiformica.agent.module.ModuleFiles;
import org.raptiformica.agent.module.ModuleFilesReconciler;
import org.raptiformica.agent.node.Log;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.Programs;
import org.raptiformica.agent.node.Watch;
import org.raptiformica.agent.reconcile.ReconcileLoop;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.WhileServing;
import org.raptiformica.agent.recovery.QuorumReconciler;
import org.raptiformica.agent.recovery.StoreRecovery;
import org.raptiformica.agent.replica.Following;
import org.raptiformica.agent.replica.LostReplicaReconciler;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.SecretsReconciler;
import org.raptiformica.agent.replica.SharedChanges;
import org.raptiformica.agent.replica.SharedConfigReconciler;
import org.raptiformica.agent.role.Leading;
import org.raptiformica.agent.role.RoleKeeping;
import org.raptiformica.agent.role.RoleReconciler;
import org.raptiformica.agent.route.RouteWatch;
import org.raptiformica.agent.store.Announced;
import org.raptiformica.agent.store.OldCopiesReconciler;
import org.raptiformica.agent.store.StoreReconciler;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Neighbour;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Lead;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consensus.ModuleArchives;
import org.raptiformica.consensus.OperationStore;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.RaftData;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.Host;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.host.SteadyClock;
import org.raptiformica.mesh.LearnedPaths;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.TunDevice;
import org.raptiformica.provision.hook.HookRunner;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/**
 * The daemon of a node. It answers clients at once, and keeps mesh and store running from the moment the node was told to
 * be one. Its end interrupts neither: it starts them, but they are not its children.
 */
public final class Agent {

    private static final URI CONSUL = URI.create("http://127.0.0.1:8500");
    private static final Duration LONG_POLL = Duration.ofMinutes(5);
    private static final Duration LEADER_PATIENCE = Duration.ofSeconds(2);
    private static final Duration SHORT_REST = Duration.ofMillis(500);
    private static final Duration REST_FOR_EACH_TRIPLE = Duration.ofNanos(600_000);
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);
    private static final Duration MODULES_REST = Duration.ofSeconds(5);
    private static final Duration TENDING = Duration.ofSeconds(1);

    private final NodePaths paths;
    private final String program;
    private final Log log;

    /**
     * An agent for the node whose files are at the given places.
     *
     * @param program the id of the program that runs
     */
    public Agent(NodePaths paths, String program) {
        this.paths = paths;
        this.program = program;
        this.log = new Log(System.out);
    }

    /** Runs until the process is told to end, which interrupts the thread. */
    public void run() {
        try (AgentLock _ = AgentLock.take(paths)) {
            runAlone();
        }
    }

    private void runAlone() {
        endWithAnyThread();
        Host here = new LocalHost();
        Supervision supervision = Supervision.ofServices(paths, here);
        Replica replica = new Replica(new ConfigCache(paths.cache()));
        MeshEngine engine = Engines.of(replica.current(), here, paths);
        ConsulClient consul = new ConsulClient(CONSUL);
        SharedConfig store = new SharedConfig(consul);
        ConsulClient probe = new ConsulClient(CONSUL, LEADER_PATIENCE);
        Clock clock = Clock.systemUTC();
        Operations operations = new Operations(OperationStore.in(consul), clock);
        Node node = new Node(paths.nodeRecord(), engine, consul, probe, new Membership(consul));
        Parts parts = new Parts(
                program,
                node,
                paths.cache(),
                replica,
                store,
                new Following(store, operations, replica, clock),
                new SharedChanges(replica, operations, new Operations(OperationStore.in(probe), clock)::read, clock),
                new Announced(),
                new ModuleFiles(new ModuleArchives(consul), store, paths, here),
                new NodeHooks(new HookRunner(here, paths.program(), paths.cache()), replica, log));
        AtomicReference<Optional<ConsulRole>> told = new AtomicReference<>(Optional.empty());
        RaftData data = new RaftData(paths.consulData(), paths.consulAside());
        StoreRecovery recovery =
                new StoreRecovery(node, replica, paths, data, supervision, told, InstantSource.system());
        Presence presence = new Presence(new SteadyClock());
        LanCalls calls = new LanCalls(new SteadyClock());
        RoleReconciler role = new RoleReconciler(told::get, node, data, supervision, "consul", InstantSource.system());
        Leading leading = new Leading();
        HandOver handOver = new HandOver(node);
        AtomicBoolean departing = new AtomicBoolean();
        ReconcileLoop loop = new ReconcileLoop(
                reconcilers(
                        here,
                        parts,
                        operations,
                        supervision,
                        data,
                        recovery,
                        role,
                        presence,
                        calls,
                        leading,
                        handOver,
                        departing::get),
                node::record,
                () -> rest(replica),
                log);
        RoleKeeping roles = new RoleKeeping(node, told, leading, loop::poke, log);
        log.info("agent " + program + " begins");
        replica.damaged().ifPresent(place -> log.info("its copy of the shared config was damaged; it is now " + place));
        Departure departure =
                new Departure(node, replica, store, handOver, loop, supervision, Programs.consul(paths), departing);
        serve(parts, loop, roles, supervision, departure, recovery, presence, calls);
        log.info("agent ends; mesh and store go on");
    }

    private List<Reconciler> reconcilers(
            Host here,
            Parts parts,
            Operations operations,
            Supervision supervision,
            RaftData data,
            StoreRecovery recovery,
            RoleReconciler role,
            Presence presence,
            LanCalls calls,
            Leading leading,
            HandOver handOver,
            BooleanSupplier departing) {
        Node node = parts.node();
        MeshEngine engine = node.engine();
        Replica replica = parts.replica();
        Announced announced = parts.announced();
        Service store = Programs.consul(paths);
        List<Reconciler> reconcilers = new ArrayList<>();
        reconcilers.add(new CommandsReconciler(paths));
        reconcilers.add(new GuardReconciler(paths, Supervision.ofAgent(paths, here)));
        reconcilers.add(new LostReplicaReconciler(
                replica, parts.store(), supervision, List.of(Programs.mesh(engine, paths), store)));
        reconcilers.add(recovery);
        reconcilers.add(QuorumReconciler.of(
                node, announced, replica, recovery, paths.knownServers(), new SteadyClock(), log::info));
        reconcilers.add(
                new MeshReconciler(engine, replica, paths, supervision, new TunDevice(here), new SteadyClock()));
        reconcilers.add(new FilterReconciler(here, engine, replica, announced, new SteadyClock()));
        reconcilers.add(new WhileServing(new LinksReconciler(
                engine, replica, new LearnedPaths(paths.learnedPaths()), presence, calls, new SteadyClock())));
        reconcilers.add(new StoreReconciler(engine, replica, paths, node.consul(), store, supervision));
        reconcilers.add(role);
        reconcilers.add(new MembershipReconciler(node.consul(), replica));
        reconcilers.add(new SharedConfigReconciler(
                parts.store(),
                operations,
                parts.changes(),
                replica,
                parts.following(),
                leading::now,
                Clock.systemUTC(),
                paths.nodeRecord()));
        reconcilers.add(new SecretsReconciler(parts.store(), replica, parts.following()::sameSecrets));
        reconcilers.add(new DepartedReconciler(
                node.membership()::members,
                node.membership()::forceLeave,
                handOver::takeBack,
                parts.store(),
                replica,
                departing));
        reconcilers.add(new EvictionReconciler(
                node.membership()::members,
                node.membership()::forceLeave,
                parts.store(),
                replica,
                () -> leading.lead().map(Lead::guard),
                InstantSource.system()));
        reconcilers.add(new OldCopiesReconciler(data, new SteadyClock()));
        reconcilers.add(new ModuleFilesReconciler(parts.modules()));
        reconcilers.add(new EntryReconciler(parts.store(), replica, paths.cache(), program, InstantSource.system()));
        return reconcilers;
    }

    private void serve(
            Parts parts,
            ReconcileLoop loop,
            RoleKeeping roles,
            Supervision supervision,
            Departure departure,
            StoreRecovery recovery,
            Presence presence,
            LanCalls calls) {
        Node node = parts.node();
        ConsulClient consul = node.consul();
        ApiDispatch dispatch =
                new ApiDispatch(new NodeAgentApi(parts, loop, departure, recovery), node::consulIsBack, log);
        List<Thread> threads = new ArrayList<>();
        try (ApiServer _ = ApiServer.listen(paths.agentSocket(), dispatch::answer, log)) {
            ToldMembers view = new ToldMembers(paths.run().resolve("members.json"));
            ClusterChange clusterChange = new ClusterChange(parts.hooks(), parts.replica(), view::write);
            threads.add(begin("reconcile", loop::run));
            threads.add(begin("tend", () -> tend(supervision, departure)));
            List<Service> services = List.of(Programs.mesh(node.engine(), paths), Programs.consul(paths));
            adopt(services, supervision);
            threads.add(
                    begin("stuck processes", new StuckProcesses(services, supervision, node.leaderProbe(), log)::run));
            threads.add(begin("cluster change", clusterChange::run));
            threads.add(begin("roles", roles::run));
            threads.add(begin("members", memberWatch(node, presence, view, clusterChange, loop, roles)::run));
            threads.add(begin("routes", routeWatch(parts, presence, loop, supervision)::run));
            threads.add(begin("shared config", configWatch(parts, loop)::run));
            threads.add(begin("modules", moduleWatch(consul, loop)::run));
            threads.addAll(watchLan(parts, calls, loop));
            threads.add(begin("pulse", new Pulse(paths.agentSocket(), paths.pulse())::run));
            threads.add(begin("events", clusterChange.events(consul)::run));
            threads.add(begin("announcements", parts.announced().watch(consul)::run));
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            threads.forEach(Thread::interrupt);
        } catch (IOException e) {
            log.defect("closing the socket", e);
        }
    }

    private List<Thread> watchLan(Parts parts, LanCalls calls, ReconcileLoop loop) {
        Node node = parts.node();
        List<Ear> ears = Ear.all(
                new KnownCallers(node::record, parts.replica()::current, OwnAddresses::now, calls.heard(), loop::poke));
        Runnable renew = () -> ears.forEach(Ear::renew);
        Runnable changed = () -> {
            renew.run();
            loop.poke();
        };
        List<Thread> threads = new ArrayList<>();
        ears.forEach(ear -> threads.add(begin("ear " + ear, ear::run)));
        threads.add(begin("caller", new Caller(calls.solitude(), node::record, renew, log)::run));
        threads.add(begin("addresses", new AddressWatch(changed, new SteadyClock())::run));
        return threads;
    }

    /** What an earlier agent started is looked after by this one. */
    private static void adopt(List<Service> services, Supervision supervision) {
        services.stream()
                .filter(service -> supervision.state(service.name()).isPresent())
                .forEach(supervision::start);
    }

    private static Thread begin(String name, Runnable work) {
        return Thread.ofVirtual().name(name).start(work);
    }

    /** An agent with a part missing looks well and is not: the guard starts a whole one. So with every thread, whoever began it. */
    private void endWithAnyThread() {
        Thread.setDefaultUncaughtExceptionHandler((thread, defect) -> {
            log.defect(thread.getName(), defect);
            Runtime.getRuntime().halt(1);
        });
    }

    private void tend(Supervision supervision, Departure departure) {
        String told = "";
        try {
            while (true) {
                String trouble = departure.begun() ? "" : tendOnce(supervision);
                if (!trouble.equals(told) && !trouble.isEmpty()) {
                    log.info("services: " + trouble);
                }
                told = trouble;
                Thread.sleep(TENDING);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** What went wrong, as on a full disk: an agent that ended for it would serve nobody, and the next one end too. */
    private static String tendOnce(Supervision supervision) {
        try {
            supervision.tend();
            return "";
        } catch (Failure failure) {
            return failure.message();
        } catch (UncheckedIOException failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    private static MemberWatch memberWatch(
            Node node,
            Presence presence,
            ToldMembers view,
            ClusterChange clusterChange,
            ReconcileLoop loop,
            RoleKeeping roles) {
        return new MemberWatch(
                new Membership(node.leaderProbe()),
                presence,
                view,
                (changes, now) -> {
                    clusterChange.happened(changes, now);
                    loop.news();
                    roles.poke();
                },
                new SteadyClock());
    }

    private RouteWatch routeWatch(Parts parts, Presence presence, ReconcileLoop loop, Supervision supervision) {
        Service mesh = Programs.mesh(parts.node().engine(), paths);
        Runnable restart = () -> {
            loop.between(() -> supervision.restart(mesh));
            loop.poke();
        };
        return new RouteWatch(
                parts.node(), parts.replica(), presence, restart, new SteadyClock(), Clock.systemUTC(), log);
    }

    /**
     * Each look at the shared config is as large as it is, every node takes one, and the more there are the more come at a
     * time: the looks of all together cost less the more nodes there are, up to about twenty-five.
     */
    private static Watch<?> configWatch(Parts parts, ReconcileLoop loop) {
        return new Watch<>(
                SharedConfig.changes(parts.node().consul(), LONG_POLL),
                _ -> follow(parts.following(), loop),
                () -> SHORT_REST.plus(rest(parts.replica())),
                loop::poke);
    }

    private static Duration rest(Replica replica) {
        long nodes = Neighbour.all(replica.current()).size();
        Duration rest = REST_FOR_EACH_TRIPLE.multipliedBy(nodes * nodes * nodes);
        return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    }

    /**
     * What changes nothing for this node's own parts is no reason to look at them all. While those are not as they should be
     * it is not sure whose store this is: then all are looked at in their order.
     */
    private static void follow(Following following, ReconcileLoop loop) {
        if (!loop.waitingFor().isEmpty()) {
            loop.news();
            return;
        }
        try {
            switch (following.look()) {
                case NOTHING_NEW, NEWS -> {}
                case NO_CONFIG, NEWS_OF_NODES -> loop.news();
            }
        } catch (ConsulException away) {
            throw away;
        } catch (RuntimeException unreadable) {
            // Whoever reconciles says what is wrong with it, and lives on.
            loop.news();
        }
    }

    /** Without any module this prefix is empty, and Consul answers a query for what is not there at every write. */
    private static Watch<?> moduleWatch(ConsulClient consul, ReconcileLoop loop) {
        AtomicReference<List<KeyValue>> known = new AtomicReference<>(List.of());
        return new Watch<>(
                new BlockingQuery<>(
                        read -> consul.kv().getBelow(ModuleArchives.ABOUT, read), Consistency.STALE, LONG_POLL),
                found -> {
                    if (!found.equals(known.getAndSet(found))) {
                        loop.poke();
                    }
                },
                () -> MODULES_REST,
                () -> {});
    }
}
