package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import java.util.Locale;
import org.raptiformica.consensus.Member;

/**
 * A member as people look for it.
 *
 * @param member what Consul says
 * @param name the machine's name, from its neighbour entry; empty where there is none
 */
public record MemberView(Member member, String name) {

    /** The member's columns and its name as a JSON object, in lower-case words. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("node", member.node());
        json.addProperty("address", member.address());
        json.addProperty("port", member.port());
        json.addProperty("status", member.status().name().toLowerCase(Locale.ROOT));
        json.addProperty("type", member.type().name().toLowerCase(Locale.ROOT));
        json.addProperty("build", member.build());
        json.addProperty("protocol", member.protocol());
        json.addProperty("dc", member.dc());
        json.addProperty("name", name);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static MemberView from(JsonObject json) {
        Member member = new Member(
                json.get("node").getAsString(),
                json.get("address").getAsString(),
                json.get("port").getAsInt(),
                Member.Status.valueOf(json.get("status").getAsString().toUpperCase(Locale.ROOT)),
                Member.Type.valueOf(json.get("type").getAsString().toUpperCase(Locale.ROOT)),
                json.get("build").getAsString(),
                json.get("protocol").getAsInt(),
                json.get("dc").getAsString());
        return new MemberView(member, json.get("name").getAsString());
    }
}
