package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.notice.Notices;
import org.raptiformica.cluster.notice.Speaker;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.LocalHost;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code notify}: tells people of a cluster change; what the module {@code notifications} runs. */
final class NotifyVerb implements Verb {

    private static final URI CONSUL = URI.create("http://127.0.0.1:8500");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "notify",
                "On a node: tells people of the cluster change on standard input, or something else, by webhook, Kodi, IRC"
                        + " and desktop, as configured in the store below raptiformica_notifications/. Of a change one"
                        + " node tells.",
                "raptiformica install notifications                       tells of every change from now on",
                "consul kv put raptiformica_notifications/irc irc.example.org/#channel",
                "raptiformica ssh 4f2a raptiformica notify 'a test'        shows where it arrives");
        spec.addPositional(
                Options.argument("TEXT", "0..1", "What to tell (default: the event in JSON on standard input)."));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        ConsulClient consul = new ConsulClient(CONSUL, PATIENCE);
        Notices notices = new Notices(consul, new Speaker(consul, InstantSource.system()), new LocalHost());
        Optional<String> text = Optional.ofNullable(arguments.matchedPositionalValue(0, (String) null));
        try {
            tell(session, text.map(notices::tell).orElseGet(() -> notices.tell(event())));
            return ExitCode.OK.number();
        } catch (ConsulException away) {
            throw new NoCluster(
                    "the store on this machine",
                    "it does not answer: " + away.getMessage(),
                    "Run this on a node, such as with `raptiformica ssh`.");
        }
    }

    private static JsonObject event() {
        try {
            String event = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            return JsonParser.parseString(event).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonParseException | IllegalStateException noEvent) {
            throw new BadData("standard input", "holds no event in JSON", "Name a text, or pipe an event in.");
        }
    }

    private static void tell(Session session, List<String> receivers) {
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            receivers.forEach(list::add);
            session.console().json(list);
        } else {
            receivers.forEach(receiver -> session.console().say("told " + receiver));
        }
    }
}
