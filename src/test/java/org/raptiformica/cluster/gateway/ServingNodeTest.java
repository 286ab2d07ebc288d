package org.raptiformica.cluster.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.Channel;
import org.raptiformica.cluster.api.Wire;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Route;

class ServingNodeTest {

    private final List<Node> nodes = List.of(new Node("aa11"), new Node("bb22"));

    private AgentClient agent() {
        List<Neighbour> all = nodes.stream().map(Node::neighbour).toList();
        return new AgentClient(ServingNode.firstOf(all, this::firstThatLives).orElseThrow());
    }

    private Optional<NodeRace.Winner> firstThatLives(List<Neighbour> entrants) {
        return nodes.stream()
                .filter(node -> node.lives && entrants.contains(node.neighbour()))
                .findFirst()
                .map(node -> new NodeRace.Winner(node, Route.to(MachineAddress.of(node.key)), node.key, true));
    }

    @Test
    @DisplayName("when the node that serves is lost another one answers, and serves from then on")
    void anotherOneServes() {
        AgentClient agent = agent();
        assertThat(agent.members()).isEmpty();
        nodes.getFirst().lives = false;

        assertThat(agent.members()).isEmpty();

        assertThat(agent.name()).isEqualTo("bb22");
        nodes.getFirst().lives = true;
        assertThat(agent.members()).isEmpty();
        assertThat(nodes.getFirst().asked).containsExactly("members");
        assertThat(nodes.getLast().asked).containsExactly("members", "members");
    }

    @Test
    @DisplayName("what may have been done already is not asked again, but the next thing is asked of another node")
    void whatMayBeDoneIsNotAskedAgain() {
        AgentClient agent = agent();
        nodes.getFirst().lives = false;

        assertThatThrownBy(() -> agent.forget(List.of("200::1"))).isInstanceOf(MachineUnreachable.class);

        assertThat(nodes.getLast().asked).isEmpty();
        assertThat(agent.members()).isEmpty();
    }

    @Test
    @DisplayName("where no node is left the loss is told")
    void noneIsLeft() {
        AgentClient agent = agent();
        nodes.forEach(node -> node.lives = false);

        assertThatThrownBy(agent::members)
                .isInstanceOf(MachineUnreachable.class)
                .hasMessageContaining("aa11");
    }

    /** A node whose agent has nothing to tell. */
    private static final class Node implements Channel {

        private final List<String> asked = new ArrayList<>();
        private final String key;
        private boolean lives = true;

        Node(String key) {
            this.key = key;
        }

        Neighbour neighbour() {
            return new Neighbour(
                    key,
                    Optional.of(key),
                    22,
                    "yggdrasil",
                    4863,
                    "200:1::" + key,
                    key,
                    "linux-x86_64",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        @Override
        public String name() {
            return key;
        }

        @Override
        public String exchange(String line, Duration limit) {
            if (!lives) {
                throw new MachineUnreachable(key, "the connection to " + key + " was lost", "Look.");
            }
            asked.add(Wire.requested(line));
            return Wire.answer(Wire.requested(line).equals("members") ? new JsonArray() : JsonNull.INSTANCE)
                    .toString();
        }
    }
}
