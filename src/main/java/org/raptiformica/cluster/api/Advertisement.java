package org.raptiformica.cluster.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The wish that a node be reached at certain addresses.
 *
 * @param hosts names or addresses, the first also that of its SSH server; each may have the port of its mesh engine there
 * @param sshPort of that server
 * @param remove whether these are no longer to be advertised; none: nothing is
 */
public record Advertisement(List<String> hosts, int sshPort, boolean remove) {

    public Advertisement {
        hosts = List.copyOf(hosts);
    }

    /** The wish as a JSON object with the names of the components. */
    public JsonObject toJson() {
        JsonArray list = new JsonArray();
        hosts.forEach(list::add);
        JsonObject json = new JsonObject();
        json.add("hosts", list);
        json.addProperty("sshPort", sshPort);
        json.addProperty("remove", remove);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static Advertisement from(JsonObject json) {
        List<String> hosts = new ArrayList<>();
        json.getAsJsonArray("hosts").forEach(host -> hosts.add(host.getAsString()));
        return new Advertisement(
                hosts, json.get("sshPort").getAsInt(), json.get("remove").getAsBoolean());
    }
}
