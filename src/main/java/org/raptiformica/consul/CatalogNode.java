package org.raptiformica.consul;

import com.google.gson.JsonObject;
import java.util.Map;

/** A node in the catalog. */
public record CatalogNode(String id, String node, String address, Map<String, String> meta) {
    static CatalogNode of(JsonObject json) {
        return new CatalogNode(
                Json.text(json, "ID"),
                Json.text(json, "Node"),
                Json.text(json, "Address"),
                Json.texts(Json.object(json, "Meta")));
    }
}
