package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MappingTest {

    private final Mapping mapping = Mapping.of(Map.of(
            "raptiformica/server", "a value",
            "raptiformica/server/headless/consul/bootstrap", "b",
            "raptiformica/server/workstation", "c",
            "raptiformica/server_types/x", "d",
            "raptiformica/server.json", "e"));

    @Test
    void prefixNamesWholeSegmentsWithOrWithoutSlash() {
        assertThat(mapping.below("raptiformica/server").asMap())
                .containsOnlyKeys("raptiformica/server/headless/consul/bootstrap", "raptiformica/server/workstation");
        assertThat(mapping.below("raptiformica/server/")).isEqualTo(mapping.below("raptiformica/server"));
    }

    @Test
    void childrenAreTheNextNamesWhetherLeafOrBranch() {
        assertThat(mapping.children("raptiformica/server")).containsExactly("headless", "workstation");
        assertThat(mapping.children("raptiformica")).containsExactly("server", "server.json", "server_types");
    }

    @Test
    void removingBelowAPrefixKeepsThePrefixAndItsLookalikes() {
        assertThat(mapping.withoutBelow("raptiformica/server").asMap())
                .containsOnlyKeys("raptiformica/server", "raptiformica/server_types/x", "raptiformica/server.json");
    }

    @Test
    void changingAMappingLeavesTheOldOneAsItWas() {
        Mapping changed = mapping.with("raptiformica/new", "1").without("raptiformica/server");

        assertThat(mapping.get("raptiformica/new")).isEmpty();
        assertThat(mapping.get("raptiformica/server")).contains("a value");
        assertThat(changed.get("raptiformica/server")).isEmpty();
        assertThat(changed.size()).isEqualTo(mapping.size());
    }

    @Test
    void keysOutsideTheRootAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Mapping.of(Map.of("raptiformica_map/nodes", "x")));
        assertThatIllegalArgumentException().isThrownBy(() -> mapping.with("/raptiformica/x", "x"));
    }

    @Test
    void nestingKeepsTheValueOfAKeyThatHasKeysBelowIt() {
        assertThat(mapping.nested().toString())
                .isEqualTo("{\"server\":{\"\":\"a value\",\"headless\":{\"consul\":{\"bootstrap\":\"b\"}},"
                        + "\"workstation\":\"c\"},\"server.json\":\"e\",\"server_types\":{\"x\":\"d\"}}");
    }

    @Test
    void textOfAMappingTellsNoValues() {
        assertThat(mapping.with(Keys.CONSUL_PASSWORD, "0123456789abcdef").toString())
                .contains("meshnet/consul/password")
                .doesNotContain("0123456789abcdef");
    }

    @Test
    void missingPartsAreThoseWithoutAnyKeyBelowThem() {
        assertThat(mapping.missingParts()).containsExactly("raptiformica/compute", "raptiformica/platform");
    }
}
