package org.raptiformica.cluster.notice;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

/**
 * A Kodi media centre, through JSON-RPC.
 *
 * @param host with a port, or without: 8080 then
 */
record Kodi(String host) implements Receiver {

    private static final int PORT = 8080;

    @Override
    public String name() {
        return "Kodi at " + host;
    }

    @Override
    public void tell(String text) {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("title", "raptiformica");
        parameters.addProperty("message", text);
        JsonObject call = new JsonObject();
        call.addProperty("jsonrpc", "2.0");
        call.addProperty("id", 1);
        call.addProperty("method", "GUI.ShowNotification");
        call.add("params", parameters);
        String place = host.matches(".*:\\d+") ? host : host + ":" + PORT;
        refuseError(HttpPost.send(name(), "http://" + place + "/jsonrpc", call));
    }

    private void refuseError(String answer) {
        try {
            JsonObject json = JsonParser.parseString(answer).getAsJsonObject();
            if (json.has("error")) {
                throw HttpPost.failure(name(), "it answered " + json.get("error"));
            }
        } catch (JsonParseException | IllegalStateException noJson) {
            throw HttpPost.failure(name(), "what answers there is no Kodi");
        }
    }
}
