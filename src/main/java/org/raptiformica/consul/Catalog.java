package org.raptiformica.consul;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the servers know of nodes, services and checks ({@code /v1/catalog}, {@code /v1/health}). */
public final class Catalog {

    private final Exchange exchange;

    Catalog(Exchange exchange) {
        this.exchange = exchange;
    }

    /** All nodes. */
    public Answer<List<CatalogNode>> nodes(Read read) {
        return exchange.answer(Request.get("/v1/catalog/nodes"), read, json -> Json.objects(json, CatalogNode::of));
    }

    /** All services by name, with their tags. */
    public Answer<SortedMap<String, List<String>>> services(Read read) {
        return exchange.answer(Request.get("/v1/catalog/services"), read, json -> {
            SortedMap<String, List<String>> services = new TreeMap<>();
            json.getAsJsonObject()
                    .keySet()
                    .forEach(name -> services.put(name, Json.textList(json.getAsJsonObject(), name)));
            return services;
        });
    }

    /** The checks of a node; none for a node that is not known. */
    public Answer<List<HealthCheck>> checks(String node, Read read) {
        return checksAt("/v1/health/node/" + KeyPath.segment(node), read);
    }

    /** All checks of all nodes, for instance to wait for a change of any. */
    public Answer<List<HealthCheck>> allChecks(Read read) {
        return checksAt("/v1/health/state/any", read);
    }

    private Answer<List<HealthCheck>> checksAt(String path, Read read) {
        return exchange.answer(Request.get(path), read, json -> Json.objects(json, HealthCheck::of));
    }
}
