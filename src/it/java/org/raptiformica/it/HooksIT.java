package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.raptiformica.cluster.notice.IrcServer;

/** Hooks on a running cluster of three: bursts, handlers that hang, and messages to people. */
@Isolated("it measures the time between calls")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HooksIT {

    private static final String FIRE = "consul event -name=notify_cluster_change > /dev/null";

    /** What the agent gathers is two seconds long; a process takes its time to be started. */
    private static final Duration A_FEW_SECONDS = Duration.ofMillis(1500);

    @SuppressWarnings("NullAway.Init")
    private ThreeNodes cluster;

    @BeforeAll
    void aClusterOfThree(@TempDir Path directory) {
        cluster = new ThreeNodes(directory);
    }

    @AfterAll
    void destroy() {
        cluster.close();
    }

    private String first() {
        return cluster.containers().getFirst();
    }

    private void handler(String module, String hook, String command) {
        cluster.install(cluster.module(module, """
                {"raptiformica_api_version": "0.1",
                 "platform": {"default": {"hooks": {"%s": {"%s": {"command": "%s"}}}}}}""".formatted(hook, module, command)));
        cluster.onEach(
                "the definition",
                "grep -q hooks/" + hook + "/" + module + " /root/.raptiformica.d/mutable_config.json");
    }

    @Test
    @DisplayName("a burst of changes makes a call at most every few seconds, and one after the last change")
    void bursts() {
        handler("counts", "cluster_change", "cat >> /root/calls");
        Instant last = Instant.parse(ThreeNodes.on(
                first(), "for i in $(seq 40); do " + FIRE + "; sleep 0.2; done; date -u +%Y-%m-%dT%H:%M:%SZ"));
        for (String container : cluster.containers()) {
            Eventually.within(
                    ThreeNodes.SOON,
                    "a call after the last change on " + container,
                    () -> calls(container).stream().anyMatch(call -> call.isAfter(last)));
            List<Instant> calls = calls(container);
            for (int i = 1; i < calls.size(); i++) {
                assertThat(Duration.between(calls.get(i - 1), calls.get(i)))
                        .as("between calls on " + container + ": " + calls)
                        .isGreaterThan(A_FEW_SECONDS);
            }
        }
        cluster.remove("counts");
    }

    private List<Instant> calls(String container) {
        return ThreeNodes.on(container, "cat /root/calls 2>/dev/null || true")
                .lines()
                .filter(line -> line.endsWith("}"))
                .map(line -> Instant.parse(JsonParser.parseString(line)
                        .getAsJsonObject()
                        .get("when")
                        .getAsString()))
                .toList();
    }

    @Test
    @DisplayName("every node hears of a node that fails and returns, also one whose agent was away when it happened")
    void failureAndReturn() {
        handler("hears", "cluster_change", "cat >> /root/heard");
        String vanishing = ThreeNodes.notTheLeader(cluster.containers());
        List<String> others = cluster.containers().stream()
                .filter(container -> !container.equals(vanishing))
                .toList();
        ThreeNodes.on(others.getLast(), "kill -STOP $(cut -d' ' -f1 /run/raptiformica/agent.pid)");
        Docker.run("pause", vanishing);
        try {
            heard(others, "failed");
        } finally {
            Docker.run("unpause", vanishing);
        }
        heard(others, "alive");
        cluster.remove("hears");
    }

    private static void heard(List<String> containers, String status) {
        containers.forEach(container -> Eventually.within(
                ThreeNodes.SOON,
                container + " to hear that a member is " + status,
                () -> ThreeNodes.holds(container, "grep -q '\"status\":\"" + status + "\"' /root/heard")));
    }

    @Test
    @DisplayName("a handler that hangs delays no other handler, hook or event, and is not started beside itself")
    void hangs() {
        handler("hangs", "cluster_change", "cat > /dev/null; echo $$ >> /root/hangs; exec sleep 600");
        ThreeNodes.on(first(), FIRE);
        cluster.onEach("a handler that hangs", "test -s /root/hangs");

        handler("later", "cluster_change", "cat >> /root/later");
        handler("meanwhile", "after_mesh", "touch /root/after_mesh");
        cluster.onEach("the module's files", "test -d /root/.raptiformica.d/modules/meanwhile");
        ThreeNodes.on(first(), "raptiformica mesh");
        Eventually.within(ThreeNodes.SOON, "another hook", () -> ThreeNodes.holds(first(), "test -e /root/after_mesh"));
        ThreeNodes.on(first(), FIRE);
        cluster.onEach("another handler of the hook", "grep -q notify_cluster_change /root/later");
        for (String container : cluster.containers()) {
            assertThat(ThreeNodes.holds(container, "[ $(wc -l < /root/hangs) = 1 ] && kill -0 $(cat /root/hangs)"))
                    .as("the first call, and no other, still hangs on " + container)
                    .isTrue();
        }

        for (String container : cluster.containers()) {
            ThreeNodes.on(container, "kill $(cat /root/hangs)");
        }
        cluster.onEach("a call for what happened meanwhile", "test $(wc -l < /root/hangs) -ge 2");
        cluster.remove("hangs");
        cluster.onNone("definition", "grep -q cluster_change/hangs /root/.raptiformica.d/mutable_config.json");
        for (String container : cluster.containers()) {
            ThreeNodes.on(container, "kill $(tail -n 1 /root/hangs)");
        }
        cluster.remove("meanwhile");
        cluster.remove("later");
    }

    @Test
    @DisplayName("webhook, Kodi and IRC each get one message a change, from three nodes")
    void notifications() throws IOException {
        List<JsonObject> web = new CopyOnWriteArrayList<>();
        List<JsonObject> kodi = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(0), 0);
        server.createContext("/hook", exchange -> answer(exchange, web, ""));
        server.createContext("/jsonrpc", exchange -> answer(exchange, kodi, "{\"id\":1,\"result\":\"OK\"}"));
        server.start();
        try (IrcServer irc = new IrcServer("raptiformica", "#closed")) {
            String name = new Cluster(cluster.program()).names().getFirst();
            String here = cluster.program()
                    .succeed("ssh", name, "sh", "-c", "echo ${SSH_CLIENT%% *}")
                    .out()
                    .strip();
            String http = here + ":" + server.getAddress().getPort();
            configure("webhook", "http://" + http + "/hook");
            configure("kodi", http);
            configure("irc", here + ":" + irc.port() + "/#cluster");
            cluster.program().succeed("install", "notifications");
            cluster.onEach(
                    "the definition", "grep -q cluster_change/notifications /root/.raptiformica.d/mutable_config.json");

            String lost = ThreeNodes.notTheLeader(cluster.containers());
            String member = ThreeNodes.on(lost, "ip -6 -o addr | sed -n 's,.* inet6 \\([^/]*\\)/7 .*,\\1,p'");
            String failed = member + " is failed";
            Docker.run("pause", lost);
            try {
                hears("the failure", web, kodi, irc, failed);
            } finally {
                Docker.run("unpause", lost);
            }
            hears("the return", web, kodi, irc, member + " is alive");
            ThreeNodes.on(first(), FIRE);
            hears("the event by hand", web, kodi, irc, "something changed");
            assertThat(texts(web, failed)).as("messages: " + web).hasSize(1);
            assertThat(texts(kodi, failed)).as("messages: " + kodi).hasSize(1);
            assertThat(irc.messages().stream().filter(text -> text.contains(failed)))
                    .as("messages: " + irc.messages())
                    .hasSize(1);
            desktop();
        } finally {
            server.stop(0);
        }
        cluster.remove("notifications");
    }

    /** Each desktop that has noti shows it: a stand-in for that program keeps what it was told. */
    private void desktop() {
        ThreeNodes.on(
                first(),
                "printf '#!/bin/sh\\necho \"$@\" >> /root/desktop\\n' > /usr/local/bin/noti && chmod +x /usr/local/bin/noti");
        ThreeNodes.on(first(), "raptiformica notify 'a test'");
        assertThat(ThreeNodes.on(first(), "cat /root/desktop").lines())
                .contains("-t raptiformica -m raptiformica: a test");
    }

    private void configure(String receiver, String place) {
        ThreeNodes.on(first(), "consul kv put raptiformica_notifications/" + receiver + " '" + place + "'");
    }

    private static void hears(String what, List<JsonObject> web, List<JsonObject> kodi, IrcServer irc, String text) {
        Eventually.within(
                ThreeNodes.SOON,
                what + " everywhere",
                () -> !texts(web, text).isEmpty()
                        && !texts(kodi, text).isEmpty()
                        && irc.messages().stream().anyMatch(message -> message.contains(text)));
    }

    private static List<JsonObject> texts(List<JsonObject> messages, String text) {
        return messages.stream()
                .filter(message -> message.toString().contains(text))
                .toList();
    }

    private static void answer(HttpExchange exchange, List<JsonObject> kept, String answer) throws IOException {
        kept.add(JsonParser.parseString(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                .getAsJsonObject());
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
