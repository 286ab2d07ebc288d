package org.raptiformica.agent.recovery;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.consensus.RaftAddress;
import org.raptiformica.consul.RaftServer;

/**
 * A server in the store's configuration, as a node keeps it beside its replica: when no server answers any more, a client
 * agent has nobody to ask who they were.
 */
record KnownServer(StoreServer server, boolean voter) {

    static KnownServer of(RaftServer server) {
        String address = RaftAddress.host(server.address()).getHostAddress();
        return new KnownServer(new StoreServer(address, server.id()), server.voter());
    }

    String meshAddress() {
        return server.meshAddress();
    }

    /** Those in a file; none where it is not there or was damaged, for then nobody knows. */
    static List<KnownServer> read(Path file) {
        try {
            List<KnownServer> servers = new ArrayList<>();
            JsonParser.parseString(Files.readString(file)).getAsJsonArray().forEach(element -> {
                JsonObject json = element.getAsJsonObject();
                servers.add(new KnownServer(
                        StoreServer.from(json), json.get("voter").getAsBoolean()));
            });
            return List.copyOf(servers);
        } catch (IOException | JsonParseException | IllegalStateException | NullPointerException unknown) {
            return List.of();
        }
    }

    /** Writes them, whole or not at all. */
    static void write(Path file, List<KnownServer> servers) {
        JsonArray array = new JsonArray();
        servers.forEach(known -> {
            JsonObject json = known.server.toJson();
            json.addProperty("voter", known.voter);
            array.add(json);
        });
        try {
            CacheFiles.replace(file, (array + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
