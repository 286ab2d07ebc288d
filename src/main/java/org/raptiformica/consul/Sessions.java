package org.raptiformica.consul;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Optional;

/** Sessions ({@code /v1/session}) of the node whose agent answers. */
public final class Sessions {

    private final Exchange exchange;

    Sessions(Exchange exchange) {
        this.exchange = exchange;
    }

    /** A new session; its id. */
    public String create(String name, Session.Terms terms) {
        Request request =
                Request.put("/v1/session/create").sending(terms.json(name).toString());
        return exchange.json(request, json -> Json.text(json.getAsJsonObject(), "ID"));
    }

    /** Starts a session's time to live anew; says no if the session has ended. */
    public boolean renew(String id) {
        return exchange.found(Request.put("/v1/session/renew/" + KeyPath.segment(id)))
                .isPresent();
    }

    /** Ends a session, whether it still lasts or not. */
    public void destroy(String id) {
        exchange.ok(Request.put("/v1/session/destroy/" + KeyPath.segment(id)));
    }

    /** A session that lasts. */
    public Optional<Session> find(String id) {
        return exchange.json(Request.get("/v1/session/info/" + KeyPath.segment(id)), Sessions::list).stream()
                .findFirst();
    }

    /** All sessions of the cluster that last. */
    public List<Session> all() {
        return exchange.json(Request.get("/v1/session/list"), Sessions::list);
    }

    private static List<Session> list(JsonElement json) {
        return Json.objects(json, Session::of);
    }
}
