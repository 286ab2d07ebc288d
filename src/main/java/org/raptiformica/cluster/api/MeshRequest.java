package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import java.util.Optional;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;

/**
 * The wish that a node be a member.
 *
 * @param config the mapping to begin with: secrets and neighbours; the store's takes its place once the node has joined
 * @param self the node's entry in the shared config; absent: the one it has already
 * @param founder whether it starts the store of a new cluster alone
 * @param afterMesh whether the hook {@code after_mesh} is to fire
 */
public record MeshRequest(Mapping config, Optional<Neighbour> self, boolean founder, boolean afterMesh) {

    /** The request as a JSON object. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.add("config", Wire.flat(config));
        self.ifPresent(neighbour -> json.add("self", Wire.flat(neighbour.writtenTo(Mapping.empty()))));
        json.addProperty("founder", founder);
        json.addProperty("afterMesh", afterMesh);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static MeshRequest from(JsonObject json) {
        Optional<Neighbour> self = json.has("self")
                ? Neighbour.all(Wire.mapping(json.getAsJsonObject("self"))).stream()
                        .findFirst()
                : Optional.empty();
        return new MeshRequest(
                Wire.mapping(json.getAsJsonObject("config")),
                self,
                json.get("founder").getAsBoolean(),
                json.get("afterMesh").getAsBoolean());
    }
}
