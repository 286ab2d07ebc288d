package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.raptiformica.config.Change;
import org.raptiformica.config.Mapping;

class RollbackTest {

    private static final String GONE = "raptiformica/meshnet/neighbours/gone/name";
    private static final String NEW = "raptiformica/meshnet/neighbours/new/name";

    private final Rollback rollback = new Rollback(
            Mapping.of(Map.of("raptiformica/a", "then", "raptiformica/b", "then", GONE, "gone")),
            Mapping.of(Map.of("raptiformica/a", "now", "raptiformica/c", "now", NEW, "new")));

    @Test
    void whatIsNoNodeGoesBack() {
        assertThat(rollback.changes())
                .contains(
                        new Change.Set("raptiformica/a", "then"),
                        new Change.Set("raptiformica/b", "then"),
                        new Change.Delete("raptiformica/c"));
    }

    @Test
    void theNodesStayThoseOfNow() {
        assertThat(rollback.changes()).hasSize(3);
        assertThat(rollback.kept()).containsExactly(new Change.Delete(GONE), new Change.Set(NEW, "new"));
    }
}
