package org.raptiformica.cluster.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;

class ReceiversTest {

    private static final String TEXT = "raptiformica: 200::1 is \"failed\"\r\nQUIT";

    private final List<JsonObject> posted = new CopyOnWriteArrayList<>();
    private String answer = "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":\"OK\"}";
    private HttpServer server = serving();

    private HttpServer serving() {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/jsonrpc", exchange -> {
                posted.add(JsonParser.parseString(
                                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                        .getAsJsonObject());
                byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            return http;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String place() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Test
    void webhookGetsTheTextAsJson() {
        new Webhook("http://" + place() + "/jsonrpc").tell(TEXT);

        assertThat(posted)
                .singleElement()
                .satisfies(
                        message -> assertThat(message.get("text").getAsString()).isEqualTo(TEXT));
    }

    @Test
    void webhookThatRefusesIsAFailureThatDoesNotTellItsAddress() {
        assertThatThrownBy(() -> new Webhook("http://" + place() + "/secret-token").tell(TEXT))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("status 404")
                .hasMessageNotContaining("secret-token");
        assertThatThrownBy(() -> new Webhook("not a url").tell(TEXT)).isInstanceOf(StepFailed.class);
    }

    @Test
    void kodiIsCalledByItsJsonRpc() {
        new Kodi(place()).tell(TEXT);

        assertThat(posted).singleElement().satisfies(call -> {
            assertThat(call.get("method").getAsString()).isEqualTo("GUI.ShowNotification");
            assertThat(call.getAsJsonObject("params").get("message").getAsString())
                    .isEqualTo(TEXT);
        });
    }

    @Test
    void kodiThatAnswersWithAnErrorWasNotTold() {
        answer = "{\"error\":{\"code\":-32601,\"message\":\"Method not found.\"},\"id\":1,\"jsonrpc\":\"2.0\"}";

        assertThatThrownBy(() -> new Kodi(place()).tell(TEXT))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("Method not found");
    }

    @Test
    void ircTakesPartInTheDialogueAndSaysOneLine() throws IOException {
        try (IrcServer irc = new IrcServer("raptiformica", "#closed")) {
            Irc.parse("127.0.0.1:" + irc.port() + "/#open").tell(TEXT);

            assertThat(irc.messages()).containsExactly("#open raptiformica: 200::1 is \"failed\"  QUIT");
        }
    }

    @Test
    void ircChannelThatLetsNobodyInIsAFailureWithTheServersWords() throws IOException {
        try (IrcServer irc = new IrcServer("", "#closed")) {
            assertThatThrownBy(() ->
                            Irc.parse("127.0.0.1:" + irc.port() + "/#closed").tell(TEXT))
                    .isInstanceOf(StepFailed.class)
                    .hasMessageContaining("Cannot join channel (+i)");
        }
    }

    @Test
    void ircAddressIsReadStrictly() {
        assertThat(Irc.parse("irc.example.org/#channel")).isEqualTo(new Irc("irc.example.org", 6667, "#channel"));
        for (String bad : List.of("irc.example.org", "/#c", "host:x/#c", "host/c", "host/#c d", "host/#c,#d")) {
            assertThatThrownBy(() -> Irc.parse(bad)).as(bad).isInstanceOf(BadData.class);
        }
    }
}
