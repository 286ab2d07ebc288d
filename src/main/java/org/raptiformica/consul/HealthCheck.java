package org.raptiformica.consul;

import com.google.gson.JsonObject;

/**
 * A check of a node or of a service on it.
 *
 * @param status {@code passing}, {@code warning} or {@code critical}
 * @param serviceId empty for a check of the node, such as {@code serfHealth}
 */
public record HealthCheck(String node, String checkId, String status, String output, String serviceId) {
    static HealthCheck of(JsonObject json) {
        return new HealthCheck(
                Json.text(json, "Node"),
                Json.text(json, "CheckID"),
                Json.text(json, "Status"),
                Json.text(json, "Output"),
                Json.text(json, "ServiceID"));
    }
}
