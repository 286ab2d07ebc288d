package org.raptiformica.consul;

import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One HTTP request, immutable.
 *
 * @param target path and query, already encoded
 */
record Request(String method, String target, Body body, Duration extraTime, Optional<Duration> ownLimit) {

    /** What is sent after the headers. */
    sealed interface Body {
        /** Nothing. */
        record None() implements Body {}

        /** These characters as UTF-8, which may be a question that changes nothing. */
        record Text(String text, boolean asks) implements Body {}

        /** These bytes, of unknown number. */
        record Stream(InputStream bytes) implements Body {}
    }

    static Request get(String path) {
        return new Request("GET", path, new Body.None(), Duration.ZERO, Optional.empty());
    }

    static Request put(String path) {
        return new Request("PUT", path, new Body.None(), Duration.ZERO, Optional.empty());
    }

    static Request delete(String path) {
        return new Request("DELETE", path, new Body.None(), Duration.ZERO, Optional.empty());
    }

    Request with(String flag) {
        return target(target + separator() + flag);
    }

    Request with(String name, String value) {
        return with(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    Request sending(String text) {
        return new Request(method, target, new Body.Text(text, false), extraTime, ownLimit);
    }

    Request asking(String text) {
        return new Request(method, target, new Body.Text(text, true), extraTime, ownLimit);
    }

    Request sending(InputStream bytes) {
        return new Request(method, target, new Body.Stream(bytes), extraTime, ownLimit);
    }

    Request withExtraTime(Duration extra) {
        return new Request(method, target, body, extra, ownLimit);
    }

    Request withLimit(Duration limit) {
        return new Request(method, target, body, extraTime, Optional.of(limit));
    }

    boolean reads() {
        return method.equals("GET") || (body instanceof Body.Text text && text.asks());
    }

    /** Method and target, without the body: values may be secrets. */
    @Override
    public String toString() {
        return method + " " + target;
    }

    private Request target(String newTarget) {
        return new Request(method, newTarget, body, extraTime, ownLimit);
    }

    private String separator() {
        return target.contains("?") ? "&" : "?";
    }
}
