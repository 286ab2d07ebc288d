package org.raptiformica.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.agent.node.Log;
import org.raptiformica.cluster.api.AgentApi;
import org.raptiformica.cluster.api.Wire;
import org.raptiformica.consul.ConsulClient;

class ApiDispatchTest {

    private final AtomicInteger calls = new AtomicInteger();

    /** An agent whose Consul does not listen at the first so many calls. */
    private AgentApi awayFor(int first) {
        ConsulClient away = new ConsulClient(URI.create("http://127.0.0.1:1"));
        return (AgentApi)
                Proxy.newProxyInstance(AgentApi.class.getClassLoader(), new Class<?>[] {AgentApi.class}, (_, _, _) -> {
                    if (calls.incrementAndGet() <= first) {
                        away.agent().self();
                    }
                    return null;
                });
    }

    private String rejoin(AgentApi api, boolean back) {
        Log log = new Log(new PrintStream(PrintStream.nullOutputStream()));
        return new ApiDispatch(api, () -> back, log)
                .answer(Wire.request("rejoin", new JsonObject()).toString());
    }

    @Test
    @DisplayName("who asks while Consul is started again is answered when it is back")
    void restart() {
        assertThat(rejoin(awayFor(1), true)).doesNotContain("does not answer");
        assertThat(calls).as("calls made").hasValue(2);
    }

    @Test
    @DisplayName("a Consul that stays away is told, once it has been waited for")
    void away() {
        assertThat(rejoin(awayFor(1), false)).contains("the store on this node").contains("it does not answer");
        assertThat(calls).as("calls made").hasValue(1);
    }
}
