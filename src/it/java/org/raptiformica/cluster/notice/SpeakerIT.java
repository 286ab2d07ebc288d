package org.raptiformica.cluster.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.consul.RealConsul;

/** Who tells of a change, decided in a real Consul. */
class SpeakerIT {

    private static final JsonObject FAILED = event("200::1", "failed");
    private static final JsonObject ALIVE = event("200::1", "alive");

    @TempDir
    static Path directory;

    private static RealConsul consul;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeAll
    static void startConsul() {
        consul = RealConsul.alone(directory);
    }

    @AfterAll
    static void stopConsul() {
        consul.close();
    }

    @BeforeEach
    void nothingTold() {
        consul.client().kv().deleteBelow("raptiformica_notifications/");
    }

    private static JsonObject event(String member, String status) {
        return JsonParser.parseString("{\"changes\":[{\"member\":\"%s\",\"status\":\"%s\"}]}".formatted(member, status))
                .getAsJsonObject();
    }

    private Speaker node() {
        return new Speaker(consul.client(), () -> now);
    }

    @Test
    void oneOfManyNodesThatSeeAChangeAtOnceTellsOfIt() {
        List<CompletableFuture<Long>> nodes = IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> node().claim(FAILED).stream().count(), Thread::startVirtualThread))
                .toList();

        assertThat(nodes.stream().mapToLong(CompletableFuture::join).sum()).isEqualTo(1);
    }

    @Test
    void everyChangeOfAMemberIsToldThoughItWasSoBefore() {
        for (JsonObject change : List.of(FAILED, ALIVE, FAILED, ALIVE)) {
            assertThat(node().claim(change)).isPresent();
            assertThat(node().claim(change)).isEmpty();
            now = now.plusSeconds(60);
            assertThat(node().claim(change)).as("seen late by one of the nodes").isEmpty();
        }
    }

    @Test
    void failureIsToldThoughTheReturnBeforeItWasToldWhileTheStoreWasAway() {
        node().claim(FAILED);
        now = now.plusSeconds(600);

        assertThat(node().claim(FAILED)).isPresent();
    }

    @Test
    void nodeThatIsAFewSecondsBehindTellsNothingOld() {
        node().claim(FAILED);
        node().claim(ALIVE);
        now = now.plusSeconds(3);

        assertThat(node().claim(FAILED)).isEmpty();
    }

    @Test
    void ofSeveralChangesThoseAreToldThatNobodyHasTold() {
        node().claim(FAILED);
        JsonObject both = event("200::2", "left");
        both.getAsJsonArray("changes").addAll(FAILED.getAsJsonArray("changes"));

        assertThat(node().claim(both)).contains("200::2 is left");
    }

    @Test
    void eventByHandIsToldEachTime() {
        assertThat(node().claim(new JsonObject())).contains("something changed in the cluster");
        assertThat(node().claim(new JsonObject())).isEmpty();
        now = now.plusSeconds(60);
        assertThat(node().claim(new JsonObject())).isPresent();
    }
}
