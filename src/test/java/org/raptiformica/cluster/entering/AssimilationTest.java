package org.raptiformica.cluster.entering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.cluster.api.MeshResult;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SharedConfigView;
import org.raptiformica.cluster.api.Wire;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.gateway.LastNode;
import org.raptiformica.cluster.gateway.LoginKeyFiles;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.config.Stamp;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.KnownHosts;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.Route;
import org.raptiformica.host.SshSettings;

class AssimilationTest {

    private static final Mapping MODULES = Mapping.of(Map.of(
            "raptiformica/server/headless/consul/bootstrap", "true",
            "raptiformica/compute/docker/headless/source", "file:///x",
            "raptiformica/platform/default/available", "true"));

    @TempDir
    Path home;

    private Connections connections;
    private ConfigCache cache;
    private Assimilation assimilation;

    @BeforeEach
    void aClientWithoutACluster() {
        CacheDirectory directory = new CacheDirectory(home.resolve("cache"));
        cache = new ConfigCache(directory);
        connections = new Connections(
                () -> new SshSettings(directory.knownHosts(), List.of(), Duration.ofSeconds(2)),
                new KnownHosts(directory.knownHosts()),
                new LoginKeyFiles(directory.loginKeys()));
        Gateway gateway = new Gateway(connections, home.resolve("no-socket"), new LastNode(directory.lastNode()));
        ClusterConfig config = new ClusterConfig(cache, gateway, () -> MODULES);
        assimilation = new Assimilation(config, new Founding(directory.root()), Duration.ofMillis(20));
    }

    @AfterEach
    void close() {
        connections.close();
    }

    private MeshResult assimilate(Machine machine) {
        Assimilation.Underlay underlay = new Assimilation.Underlay(
                Optional.of(Route.to(new MachineAddress("127.0.0.1", machine.port, "root"))),
                "linux-x86_64",
                Optional.empty(),
                Optional.empty(),
                List.of());
        return assimilation.run(new Journey(new SilentTrack()), machine, underlay, true);
    }

    private List<String> remembered() {
        return Neighbour.all(cache.read().orElseThrow()).stream()
                .map(Neighbour::publicKey)
                .toList();
    }

    @Test
    @DisplayName("a machine that cannot found the cluster is told to stop, and the next one founds it")
    void theNextMachineFounds() {
        Machine broken =
                new Machine("aa11", 1, Optional.of(new StepFailed("aa11", "its mesh does not start", "Look.")));
        Machine well = new Machine("bb22", 2, Optional.empty());

        assertThatThrownBy(() -> assimilate(broken)).isInstanceOf(StepFailed.class);

        assertThat(broken.asked).containsSubsequence("mesh founder", "leave");
        assertThat(remembered()).isEmpty();
        assertThat(assimilate(well).meshAddress()).isEqualTo("200:1::bb22");
        assertThat(well.asked).contains("mesh founder");
        assertThat(remembered()).containsExactly("bb22");
    }

    @Test
    @DisplayName(
            "a founder that may found on unseen stays the only one; the next machine is told that it does not answer")
    void aSilentFounderStays() {
        Machine silent = new Machine("aa11", 1, Optional.of(new StepFailed("aa11", "it takes too long", "Look.")));
        silent.leaves = false;
        Machine well = new Machine("bb22", 2, Optional.empty());

        assertThatThrownBy(() -> assimilate(silent)).isInstanceOf(StepFailed.class);

        assertThat(remembered()).containsExactly("aa11");
        assertThatThrownBy(() -> assimilate(well))
                .isInstanceOfSatisfying(
                        NoCluster.class,
                        failure -> assertThat(failure.what()).contains("its only node, aa11", "127.0.0.1:1"));
    }

    @Test
    @DisplayName("a founder of old that does not come up when it is slaved again does not lose the cluster")
    void aFounderOfOldIsNotTakenBack() {
        Machine founder = new Machine("aa11", 1, Optional.empty());
        assimilate(founder);
        founder.meshed = true;
        founder.trouble = Optional.of(new StepFailed("aa11", "its store has no leader yet", "Look."));

        assertThatThrownBy(() -> assimilate(founder)).isInstanceOf(StepFailed.class);

        assertThat(founder.asked).doesNotContain("leave");
        assertThat(remembered()).containsExactly("aa11");
    }

    @Test
    @DisplayName("a machine on its way is told of a node that comes in meanwhile")
    void aMachineOnItsWayIsToldNews() {
        assimilate(new Machine("aa11", 1, Optional.empty()));
        Machine late = new Machine("bb22", 2, Optional.empty());
        late.joined = true;
        late.config = cache.update(known -> entry("bb22", 2).writtenTo(known));
        late.meanwhile = () -> cache.update(known -> entry("cc33", 3).writtenTo(known));

        assimilate(late);

        assertThat(Neighbour.all(late.learned.join()))
                .extracting(Neighbour::publicKey)
                .containsExactly("aa11", "bb22", "cc33");
    }

    private static Neighbour entry(String key, int port) {
        return new Neighbour(
                key,
                Optional.of("127.0.0.1"),
                port,
                "yggdrasil",
                4863,
                "200:1::" + key,
                key,
                "linux-x86_64",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A machine whose agent answers what it is told to. */
    private static final class Machine implements Host {

        private final List<String> asked = new ArrayList<>();
        private final String key;
        private final int port;
        private Optional<Failure> trouble;
        private boolean leaves = true;
        private boolean meshed;
        private boolean joined;
        private Mapping config = Mapping.empty();
        private Runnable meanwhile = () -> {};
        private final CompletableFuture<Mapping> learned = new CompletableFuture<>();

        Machine(String key, int port, Optional<Failure> trouble) {
            this.key = key;
            this.port = port;
            this.trouble = trouble;
        }

        @Override
        public String name() {
            return key;
        }

        @Override
        public Outcome run(Command command, LineListener live) {
            if (command.input() instanceof Input.Text(String line)) {
                return new Outcome(0, answer(line).toString(), "");
            }
            JsonObject ensured = new JsonObject();
            ensured.add("status", status().toJson());
            ensured.addProperty("changed", true);
            return new Outcome(0, ensured.toString(), "");
        }

        private JsonElement answer(String line) {
            String request = Wire.requested(line);
            boolean founds = request.equals("mesh") && with(line).get("founder").getAsBoolean();
            asked.add(founds ? "mesh founder" : request);
            if (request.equals("mesh") && joined) {
                meanwhile.run();
                learned.orTimeout(30, TimeUnit.SECONDS).join();
            }
            return switch (request) {
                case "config" -> Wire.answer(view().toJson());
                case "learn" -> {
                    learned.complete(Wire.mapping(with(line).getAsJsonObject("config")));
                    yield Wire.answer(JsonNull.INSTANCE);
                }
                case "mesh" ->
                    trouble.map(Wire::answer)
                            .orElseGet(() -> Wire.answer(new MeshResult("200:1::" + key, true, 0, 1).toJson()));
                case "leave" ->
                    leaves
                            ? Wire.answer(JsonNull.INSTANCE)
                            : Wire.answer(new StepFailed(key, "it does not answer", "Look."));
                default -> Wire.answer(status().toJson());
            };
        }

        private SharedConfigView view() {
            return new SharedConfigView(config, true, Optional.of(Instant.EPOCH), 1, Stamp.NONE, 0);
        }

        private static JsonObject with(String line) {
            return JsonParser.parseString(line).getAsJsonObject().getAsJsonObject("with");
        }

        private NodeStatus status() {
            return new NodeStatus(
                    "0123456789abcdef", "yggdrasil", key, "200:1::" + key, 4863, Optional.empty(), key, meshed, joined);
        }
    }

    private static final class SilentTrack implements Progress.Track {

        @Override
        public void rename(String machine) {}

        @Override
        public void step(String step) {}

        @Override
        public void detail(String text) {}

        @Override
        public void output(String line) {}

        @Override
        public void printed(String line) {}

        @Override
        public void warn(String text) {}

        @Override
        public void done(String result) {}

        @Override
        public void failed(String reason) {}
    }
}
