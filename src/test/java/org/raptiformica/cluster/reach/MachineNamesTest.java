package org.raptiformica.cluster.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;

class MachineNamesTest {

    private static final Neighbour OAK = node("aa11", "192.0.2.1", "200:1::1", "oak");
    private static final Neighbour OAKLEY = node("ab22", "192.0.2.2", "200:2::2", "oakley");
    private static final Neighbour ELM = node("bb33", "192.0.2.3", "201:3::3", "elm");
    private static final List<Neighbour> NODES = List.of(OAK, OAKLEY, ELM);

    private static Neighbour node(String key, String host, String meshAddress, String name) {
        return new Neighbour(
                key,
                Optional.of(host),
                22,
                "yggdrasil",
                4863,
                meshAddress,
                name,
                "linux-x86_64",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void findsANodeByItsNameHostMeshAddressOrKey() {
        assertThat(MachineNames.find(NODES, "elm")).isEqualTo(ELM);
        assertThat(MachineNames.find(NODES, "192.0.2.3")).isEqualTo(ELM);
        assertThat(MachineNames.find(NODES, "201:3::3")).isEqualTo(ELM);
        assertThat(MachineNames.find(NODES, "bb33")).isEqualTo(ELM);
    }

    @Test
    void findsANodeByTheBeginningOfOne() {
        assertThat(MachineNames.find(NODES, "e")).isEqualTo(ELM);
        assertThat(MachineNames.find(NODES, "201:")).isEqualTo(ELM);
    }

    @Test
    void takesAWholeNameEvenWhereALongerOneBeginsWithIt() {
        assertThat(MachineNames.find(NODES, "oak")).isEqualTo(OAK);
    }

    @Test
    @DisplayName("an address is itself only, never the beginning of a longer one")
    void anAddressIsNoBeginning() {
        List<Neighbour> nodes = List.of(node("cc44", "192.0.2.10", "202:4::4", "fir"));

        assertThat(MachineNames.among(nodes, "192.0.2.1")).isEmpty();
        assertThat(MachineNames.among(nodes, "192.0.2.10:2")).isEmpty();
        assertThat(MachineNames.among(nodes, "202:4::")).isEmpty();
        assertThat(MachineNames.among(nodes, "192.0.2.10:22")).isPresent();
        assertThat(Meant.by(nodes, "192.0.2.1").name()).isEqualTo("192.0.2.1");
        assertThat(Meant.by(nodes, "192.0.2.10")).hasToString("fir (192.0.2.10, 202:4::4)");
        assertThat(Meant.by(nodes, "fi").name()).isEqualTo("192.0.2.10");
    }

    @Test
    void namesTheCandidatesWhereTheTextIsAmbiguous() {
        assertThatThrownBy(() -> MachineNames.find(NODES, "oa"))
                .isInstanceOfSatisfying(
                        BadData.class,
                        failure ->
                                assertThat(failure.message()).contains("'oa'", "oak (200:1::1)", "oakley (200:2::2)"));
    }

    @Test
    void namesAllNodesWhereNoneIsCalledSo() {
        assertThatThrownBy(() -> MachineNames.find(NODES, "ash"))
                .isInstanceOfSatisfying(
                        BadData.class,
                        failure ->
                                assertThat(failure.message()).contains("no node is called so", "oak", "oakley", "elm"));
    }
}
