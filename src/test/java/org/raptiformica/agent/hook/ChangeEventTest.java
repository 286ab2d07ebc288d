package org.raptiformica.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.agent.replica.WholeReplica;

class ChangeEventTest {

    private static JsonObject change(String member, String status) {
        return JsonParser.parseString("{\"member\":\"%s\",\"status\":\"%s\"}".formatted(member, status))
                .getAsJsonObject();
    }

    @Test
    @DisplayName("the event says who fired it, and the names of the members that the shared config knows")
    void theEvent() {
        List<JsonObject> news = List.of(change("200::2", "alive"), change("200::3", "failed"));

        JsonObject event = ChangeEvent.named(ChangeEvent.of(news, true), List.of(WholeReplica.node("4f2a", "200::2")));

        assertThat(event.get("event").getAsString()).isEqualTo("notify_cluster_change");
        assertThat(event.getAsJsonArray("changes"))
                .extracting(Object::toString)
                .containsExactlyInAnyOrder(
                        "{\"member\":\"200::2\",\"status\":\"alive\",\"name\":\"4f2a\"}",
                        "{\"member\":\"200::3\",\"status\":\"failed\"}");
        assertThat(ChangeEvent.of(news, false).has("event")).isFalse();
    }
}
