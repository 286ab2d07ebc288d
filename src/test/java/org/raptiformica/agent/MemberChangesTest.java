package org.raptiformica.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.raptiformica.consensus.Member;

class MemberChangesTest {

    private final MemberChanges changes = new MemberChanges();

    private static Member member(String node, Member.Status status) {
        return new Member(node, node, 8301, status, Member.Type.CLIENT, "1.8.7", 2, "raptiformica");
    }

    private List<String> since(Member... members) {
        return changes.since(List.of(members)).stream()
                .map(JsonObject::toString)
                .sorted()
                .toList();
    }

    @Test
    void theFirstLookTellsNothing() {
        assertThat(since(member("a", Member.Status.ALIVE))).isEmpty();
    }

    @Test
    void tellsWhoJoinedFailedReturnedAndWent() {
        since(member("a", Member.Status.ALIVE));

        assertThat(since(member("a", Member.Status.ALIVE), member("b", Member.Status.ALIVE)))
                .containsExactly("{\"member\":\"b\",\"status\":\"alive\"}");
        assertThat(since(member("a", Member.Status.ALIVE), member("b", Member.Status.FAILED)))
                .containsExactly("{\"member\":\"b\",\"status\":\"failed\"}");
        assertThat(since(member("a", Member.Status.ALIVE), member("b", Member.Status.ALIVE)))
                .containsExactly("{\"member\":\"b\",\"status\":\"alive\"}");
        assertThat(since(member("a", Member.Status.ALIVE))).containsExactly("{\"member\":\"b\",\"status\":\"gone\"}");
    }

    @Test
    void noChangeIsNone() {
        since(member("a", Member.Status.ALIVE));

        assertThat(since(member("a", Member.Status.ALIVE))).isEmpty();
    }
}
