package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.raptiformica.cluster.api.RoundTrip;
import org.raptiformica.config.Neighbour;

/** The matrix of round-trip times between all nodes. */
final class RoundTripsReport {

    private RoundTripsReport() {}

    static int print(Session session) {
        List<Neighbour> nodes = session.config().nodes();
        Map<Neighbour, List<RoundTrip>> matrix = session.reachability().measure(nodes);
        boolean complete = matrix.size() == nodes.size()
                && matrix.values().stream()
                        .flatMap(List::stream)
                        .allMatch(trip -> trip.time().isPresent());
        if (session.format() == OutputFormat.JSON) {
            session.console().json(json(matrix));
        } else {
            print(session.console(), nodes, matrix);
        }
        if (!complete) {
            session.console().warn("raptiformica: not all nodes reach all nodes yet; run it again in a moment");
        }
        return (complete ? ExitCode.OK : ExitCode.SOME_FAILED).number();
    }

    private static void print(Console console, List<Neighbour> nodes, Map<Neighbour, List<RoundTrip>> matrix) {
        List<String> header = new ArrayList<>(List.of("From \\ to", "Mesh address"));
        nodes.forEach(node -> header.add(node.name()));
        List<List<String>> rows = new ArrayList<>();
        for (Neighbour from : nodes) {
            List<String> row = new ArrayList<>(List.of(from.name(), from.meshAddress()));
            List<RoundTrip> trips = matrix.getOrDefault(from, List.of());
            nodes.forEach(to -> row.add(cell(from, to, trips)));
            rows.add(row);
        }
        console.table(header, rows);
    }

    private static String cell(Neighbour from, Neighbour to, List<RoundTrip> trips) {
        if (from.equals(to)) {
            return "·";
        }
        if (trips.isEmpty()) {
            return "?";
        }
        return trips.stream()
                .filter(trip -> trip.to().equals(to.meshAddress()))
                .findFirst()
                .flatMap(RoundTrip::time)
                .map(time -> String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6))
                .orElse("none");
    }

    private static JsonArray json(Map<Neighbour, List<RoundTrip>> matrix) {
        JsonArray list = new JsonArray();
        matrix.forEach((from, trips) -> {
            JsonArray to = new JsonArray();
            trips.forEach(trip -> to.add(trip.toJson()));
            JsonObject row = new JsonObject();
            row.addProperty("from", from.meshAddress());
            row.addProperty("name", from.name());
            row.add("roundTrips", to);
            list.add(row);
        });
        return list;
    }
}
