package org.raptiformica.consul;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Asking Consul and understanding its answers; what the parts of {@link ConsulClient} share. */
final class Exchange {

    private static final List<String> NO_LEADER = List.of(
            "No cluster leader",
            "No known Consul servers",
            "node is not the leader",
            "raft is not the leader",
            "leadership transfer in progress",
            "rpc error getting client",
            "timed out enqueuing operation");
    /** The write was handed to a leader that went away before it could say whether it was committed. */
    private static final List<String> LOST = List.of(
            "leadership lost while committing log",
            "rpc error making call: EOF",
            "i/o deadline reached",
            "i/o timeout",
            "connection reset",
            "broken pipe",
            "stream closed",
            "session shutdown",
            "raft is already shutdown");

    private final Http http;

    Exchange(Http http) {
        this.http = http;
    }

    /** The answer whatever its status. */
    Response any(Request request) {
        return http.exchange(request, Response::ofText);
    }

    /** The answer, which has status 200. */
    Response ok(Request request) {
        return checked(request, any(request));
    }

    /** The answer, which has status 200, or nothing if it has 404 and is empty, as an absent key's. */
    Optional<Response> found(Request request) {
        Response response = any(request);
        if (response.head().status() == 404) {
            return Optional.empty();
        }
        return Optional.of(checked(request, response));
    }

    <T> T json(Request request, Function<JsonElement, T> read) {
        return understand(request, ok(request), read);
    }

    boolean yes(Request request) {
        return json(request, JsonElement::getAsBoolean);
    }

    <T> Answer<T> answer(Request request, Read read, Function<JsonElement, T> decode) {
        Request asked = read.applyTo(request);
        Response response = ok(asked);
        return answer(asked, response.head(), understand(asked, response, decode));
    }

    /** As {@link #answer}, but of a thing that may not exist: that too has an index to wait on. */
    <T> Answer<Optional<T>> answerIfFound(Request request, Read read, Function<JsonElement, T> decode) {
        Request asked = read.applyTo(request);
        Response response = any(asked);
        if (response.head().status() == 404) {
            return answer(asked, response.head(), Optional.empty());
        }
        return answer(asked, response.head(), Optional.of(understand(asked, checked(asked, response), decode)));
    }

    <T> T stream(Request request, Http.BodyReader<T> reader) {
        return http.exchange(request, (head, body) -> {
            if (!head.ok()) {
                throw refusal(request, Response.ofText(head, body));
            }
            return reader.read(head, body);
        });
    }

    static Response checked(Request request, Response response) {
        if (!response.head().ok()) {
            throw refusal(request, response);
        }
        return response;
    }

    static <T> T understand(Request request, Response response, Function<JsonElement, T> read) {
        try {
            return read.apply(Json.parse(response.body()));
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | ClassCastException wrong) {
            throw new ConsulException.Malformed(
                    request + ": not what Consul would answer: " + wrong.getMessage(), wrong);
        }
    }

    private static <T> Answer<T> answer(Request request, Response.Head head, T value) {
        try {
            return new Answer<>(
                    value,
                    number(head, "x-consul-index"),
                    head.header("x-consul-knownleader").map("true"::equals).orElse(true),
                    Duration.ofMillis(number(head, "x-consul-lastcontact")));
        } catch (NumberFormatException wrong) {
            throw new ConsulException.Malformed(request + ": a header is no number: " + wrong.getMessage(), wrong);
        }
    }

    private static long number(Response.Head head, String name) {
        return head.header(name).map(Long::parseUnsignedLong).orElse(0L);
    }

    private static ConsulException refusal(Request request, Response response) {
        String body = response.body().strip();
        boolean serverError = response.head().status() >= 500;
        if (serverError && NO_LEADER.stream().anyMatch(body::contains)) {
            return new ConsulException.NoLeader(request + ": " + body);
        }
        if (serverError && LOST.stream().anyMatch(body::contains)) {
            return request.reads()
                    ? new ConsulException.NoLeader(request + ": " + body)
                    : new ConsulException.OutcomeUnknown(request + ": " + body);
        }
        return new ConsulException.Refused(request.toString(), response.head().status(), body);
    }
}
