package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ChangeTest {

    private final Mapping before =
            Mapping.of(Map.of("raptiformica/a", "1", "raptiformica/b", "2", "raptiformica/c", "3"));
    private final Mapping after =
            Mapping.of(Map.of("raptiformica/a", "1", "raptiformica/b", "new", "raptiformica/d", "4"));

    @Test
    void changesBetweenTwoMappingsAreTheFewestThatMakeOneTheOther() {
        assertThat(Change.between(before, after))
                .containsExactly(
                        new Change.Set("raptiformica/b", "new"),
                        new Change.Delete("raptiformica/c"),
                        new Change.Set("raptiformica/d", "4"));
        assertThat(Change.between(after, after)).isEmpty();
    }

    @Test
    void changeIsReadAsItWasWritten() {
        for (Change change : Change.between(before, after)) {
            assertThat(Change.from(change.toJson())).isEqualTo(change);
        }
        Change below = new Change.DeleteBelow("raptiformica/server/x");
        assertThat(Change.from(below.toJson())).isEqualTo(below);
    }

    @Test
    void textOfAChangeTellsNoValue() {
        assertThat(new Change.Set(Keys.CONSUL_PASSWORD, "0123456789abcdef").toString())
                .doesNotContain("0123");
    }
}
