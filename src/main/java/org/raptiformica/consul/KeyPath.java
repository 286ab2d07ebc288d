package org.raptiformica.consul;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Keys of the store as parts of a URL. */
final class KeyPath {

    private KeyPath() {}

    /**
     * The key with every byte that is not unreserved (RFC 3986) percent-encoded, slashes kept.
     *
     * @throws IllegalArgumentException for a key that Consul's HTTP server would answer with a redirect to another one:
     *     with an empty first or middle segment, or a segment {@code .} or {@code ..}
     */
    static String encode(String key) {
        check(key);
        return segment(key).replace("%2F", "/");
    }

    /** As {@link #encode}, for a name that is one segment. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** The key, which must be usable as a prefix: it ends with a slash, so {@code a/} does not match {@code ab/c}. */
    static String prefix(String prefix) {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix '" + prefix + "' does not end with '/'");
        }
        check(prefix);
        return prefix;
    }

    static void check(String key) {
        String inner = "/" + (key.endsWith("/") ? key.substring(0, key.length() - 1) : key) + "/";
        if (inner.contains("//") || inner.contains("/./") || inner.contains("/../")) {
            throw new IllegalArgumentException(
                    "key '" + key + "' is empty or has a segment that is empty, '.' or '..'");
        }
    }
}
