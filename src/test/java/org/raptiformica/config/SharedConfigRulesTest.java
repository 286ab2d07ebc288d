package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.failure.BadData;

/** What nobody may do to the shared config of a cluster. */
class SharedConfigRulesTest {

    private static final String NEIGHBOUR = Keys.neighbour("key", "yggdrasil_ipv6_address");
    private static final Mapping BEFORE = Mapping.of(Map.of(
            "raptiformica/server/s/x/bootstrap",
            "true",
            "raptiformica/compute/c/s/source",
            "s",
            "raptiformica/platform/default/hooks/after_mesh/x/command",
            "c",
            Keys.MESH_ENGINE,
            "yggdrasil",
            Keys.meshPassword("yggdrasil"),
            "a".repeat(32),
            Keys.CONSUL_PASSWORD,
            "b".repeat(32),
            NEIGHBOUR,
            "200::1"));

    private static void check(Change change) {
        SharedConfigRules.check(BEFORE, List.of(change));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raptiformica/server",
                "raptiformica/meshnet",
                "raptiformica/meshnet/",
                "raptiformica/meshnet/neighbours",
                "raptiformica/meshnet/consul"
            })
    @DisplayName("whole parts that a cluster cannot do without are not deleted")
    void partsThatAreNeeded(String prefix) {
        assertThatThrownBy(() -> check(new Change.DeleteBelow(prefix))).isInstanceOf(BadData.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raptiformica/meshnet/engine",
                "raptiformica/meshnet/consul/password",
                "raptiformica/meshnet/yggdrasil/password"
            })
    @DisplayName("secrets and the mesh engine are neither changed nor deleted")
    void secrets(String key) {
        assertThatThrownBy(() -> check(new Change.Set(key, "c".repeat(32)))).isInstanceOf(BadData.class);
        assertThatThrownBy(() -> check(new Change.Delete(key))).isInstanceOf(BadData.class);
        assertThatCode(() -> check(new Change.Set(key, BEFORE.get(key).orElseThrow())))
                .as("what it says already")
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("single nodes may go, and a cluster that has no secrets yet may get some")
    void whatIsAllowed() {
        assertThatCode(() -> check(new Change.DeleteBelow(Keys.neighbour("key"))))
                .doesNotThrowAnyException();
        assertThatCode(() -> SharedConfigRules.check(
                        Mapping.empty(), List.of(new Change.Set(Keys.CONSUL_PASSWORD, "c".repeat(32)))))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName(
            "all of it may have two mebibytes: the value that goes beyond is refused, and one can still be deleted then")
    void theWholeIsBounded() {
        Mapping full = BEFORE;
        String value = "v".repeat(250 << 10);
        int taken = 0;
        for (; taken < 8; taken++) {
            Change next = new Change.Set("raptiformica/big/" + taken, value);
            SharedConfigRules.check(full, List.of(next));
            full = next.appliedTo(full);
        }
        Mapping atTheLimit = full;
        Change beyond = new Change.Set("raptiformica/big/beyond", value);

        assertThatThrownBy(() -> SharedConfigRules.check(atTheLimit, List.of(beyond)))
                .isInstanceOfSatisfying(
                        BadData.class, refused -> assertThat(refused.what()).contains("it may have 2048"));
        assertThatCode(() -> SharedConfigRules.check(
                        beyond.appliedTo(atTheLimit), List.of(new Change.Delete("raptiformica/big/0"))))
                .doesNotThrowAnyException();
    }
}
