package org.raptiformica.consul;

import com.google.gson.JsonObject;
import java.util.Map;

/**
 * A member of the cluster as an agent's gossip sees it.
 *
 * @param address the bare address, IPv6 without brackets
 * @param tags what it says of itself: {@code role} ({@code consul} for servers, {@code node}), {@code build},
 *     {@code vsn}, {@code dc}, …
 * @param protocol the version of Consul's protocol that it speaks, 0 if it does not say
 */
public record AgentMember(
        String name, String address, int port, MemberStatus status, Map<String, String> tags, int protocol) {

    /** How it stands with a member. */
    public enum MemberStatus {
        /** Known of, no more. */
        NONE,
        /** Answers. */
        ALIVE,
        /** Is about to leave. */
        LEAVING,
        /** Left on purpose, or was made to. */
        LEFT,
        /** Does not answer. */
        FAILED;

        static MemberStatus of(long number) {
            if (number < 0 || number >= values().length) {
                throw new IllegalArgumentException("unknown member status " + number);
            }
            return values()[(int) number];
        }
    }

    static AgentMember of(JsonObject json) {
        Map<String, String> tags = Json.texts(Json.object(json, "Tags"));
        return new AgentMember(
                Json.text(json, "Name"),
                Json.text(json, "Addr"),
                (int) Json.number(json, "Port"),
                MemberStatus.of(Json.number(json, "Status")),
                tags,
                Integer.parseInt(tags.getOrDefault("vsn", "0")));
    }

    /** Whether it is one of Consul's servers. */
    public boolean server() {
        return "consul".equals(tags.get("role"));
    }
}
