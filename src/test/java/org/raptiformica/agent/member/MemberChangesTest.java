package org.raptiformica.agent.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.consensus.Member;

class MemberChangesTest {

    private Instant now = Instant.EPOCH;
    private final MemberChanges changes = new MemberChanges(Optional.empty(), () -> now);

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
        since(member("a", Member.Status.ALIVE));
        now = now.plus(MemberChanges.MISSING);
        assertThat(since(member("a", Member.Status.ALIVE))).containsExactly("{\"member\":\"b\",\"status\":\"gone\"}");
        assertThat(since(member("a", Member.Status.ALIVE))).isEmpty();
    }

    @Test
    @DisplayName("a Consul that started anew and knows itself alone for a moment is no change")
    void aMomentAlone() {
        since(member("a", Member.Status.ALIVE), member("b", Member.Status.ALIVE));

        assertThat(since(member("a", Member.Status.ALIVE))).isEmpty();
        now = now.plusSeconds(5);
        assertThat(since(member("a", Member.Status.ALIVE), member("b", Member.Status.ALIVE)))
                .isEmpty();
        now = now.plus(MemberChanges.MISSING);
        assertThat(since(member("a", Member.Status.ALIVE))).isEmpty();
    }

    @Test
    @DisplayName("an agent that starts again tells what changed since its predecessor's last telling")
    void overARestart(@TempDir Path directory) {
        ToldMembers view = new ToldMembers(directory.resolve("run/members.json"));
        since(member("a", Member.Status.ALIVE), member("b", Member.Status.ALIVE));
        view.write(changes.view());

        MemberChanges next = new MemberChanges(view.read(), () -> now);

        assertThat(next.since(List.of(member("a", Member.Status.ALIVE), member("b", Member.Status.FAILED))))
                .extracting(JsonObject::toString)
                .containsExactly("{\"member\":\"b\",\"status\":\"failed\"}");
    }

    @Test
    @DisplayName("a view that is damaged is none")
    void damagedView(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("members.json");
        for (String damaged : List.of("", "{", "[]", "{\"a\":{}}", "null")) {
            Files.writeString(file, damaged);
            assertThat(new ToldMembers(file).read()).as(damaged).isEmpty();
        }
    }

    @Test
    void noChangeIsNone() {
        since(member("a", Member.Status.ALIVE));

        assertThat(since(member("a", Member.Status.ALIVE))).isEmpty();
    }
}
