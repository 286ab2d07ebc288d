package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.host.LocalHost;

class OverlayFilterTest {

    private final OverlayFilter filter = new OverlayFilter(new LocalHost(), "rapti0");

    @Test
    @DisplayName("the rules for nftables replace the table in one transaction and name each member")
    void nftables() {
        assertThat(filter.nftables(List.of("200::1", "201::2")).lines().map(String::strip))
                .startsWith("add table ip6 raptiformica", "delete table ip6 raptiformica")
                .contains("elements = { 200::1, 201::2 }")
                .contains("iifname \"rapti0\" ip6 saddr != @members drop");
    }

    @Test
    @DisplayName("without members nothing gets in")
    void nobody() {
        assertThat(filter.nftables(List.of())).doesNotContain("elements").contains("!= @members drop");
        assertThat(OverlayFilter.ip6tables(List.of()))
                .isEqualTo("*filter\n:RAPTIFORMICA - [0:0]\n-A RAPTIFORMICA -j DROP\nCOMMIT\n");
    }

    @Test
    @DisplayName("the chain for ip6tables lets members return and drops the rest")
    void ip6tables() {
        assertThat(OverlayFilter.ip6tables(List.of("200::1")).lines())
                .containsSubsequence("-A RAPTIFORMICA -s 200::1 -j RETURN", "-A RAPTIFORMICA -j DROP", "COMMIT");
    }
}
