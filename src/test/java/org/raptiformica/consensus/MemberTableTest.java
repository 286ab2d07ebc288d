package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemberTableTest {

    @Test
    void isWhatScriptsOfRaptiformica01Read() {
        Member failed = member("fc16::b", Member.Status.FAILED, Member.Type.CLIENT);
        Member alive = member("fc16:9e5c:d3ab:8a3c:7c1e:4f0a:21b6:fd12", Member.Status.ALIVE, Member.Type.SERVER);

        assertThat(MemberTable.text(List.of(failed, alive))).isEqualTo("""
                        Node                                     Address                                         Status  Type    Build  Protocol  DC
                        fc16:9e5c:d3ab:8a3c:7c1e:4f0a:21b6:fd12  [fc16:9e5c:d3ab:8a3c:7c1e:4f0a:21b6:fd12]:8301  alive   server  1.8.7  2         raptiformica
                        fc16::b                                  [fc16::b]:8301                                  failed  client  1.8.7  2         raptiformica""");
    }

    @Test
    void hasAHeaderAlsoWithoutMembers() {
        assertThat(MemberTable.text(List.of())).isEqualTo("Node  Address  Status  Type  Build  Protocol  DC");
    }

    private static Member member(String address, Member.Status status, Member.Type type) {
        return new Member(address, address, 8301, status, type, "1.8.7", 2, "raptiformica");
    }
}
