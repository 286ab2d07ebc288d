package org.raptiformica.provision.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {

    @TempDir
    Path etc;

    private List<AptSources.Entry> entries(String file, String text) throws IOException {
        Path path = etc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return new AptSources(etc).entries();
    }

    @Test
    void readsTheOneLineFormat() throws IOException {
        assertThat(entries("sources.list", """
                # deb http://commented.example/debian bookworm main
                deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # ours
                deb-src http://mirror.example/debian bookworm main
                """))
                .containsExactly(new AptSources.Entry("http://mirror.example/debian", Optional.of("/k.gpg")));
    }

    @Test
    void readsDeb822() throws IOException {
        assertThat(entries("sources.list.d/debian.sources", """
                Types: deb deb-src
                # a comment
                URIs: http://mirror.example/debian
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /k.gpg
                """))
                .containsExactly(new AptSources.Entry("http://mirror.example/debian", Optional.of("/k.gpg")));
    }

    @Test
    void keepsAKeyThatStandsInTheEntry() throws IOException {
        List<AptSources.Entry> found = entries("sources.list.d/a.sources", """
                Types: deb
                URIs: http://mirror.example/debian
                Suites: bookworm
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 abc
                 -----END PGP PUBLIC KEY BLOCK-----
                """);

        assertThat(found.getFirst().signedBy().orElseThrow())
                .isEqualTo("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----");
    }

    @Test
    void passesOverSecurityUpdatesDisabledEntriesAndFlatRepositories() throws IOException {
        assertThat(entries("sources.list.d/a.sources", """
                Types: deb
                URIs: http://mirror.example/security
                Suites: bookworm-security
                Components: main

                Enabled: no
                Types: deb
                URIs: http://off.example/debian
                Suites: bookworm
                Components: main

                Types: deb
                URIs: http://vendor.example/
                Suites: ./
                """)).isEmpty();
    }

    @Test
    void findsNothingOnAMachineWithoutApt() throws IOException {
        assertThat(new AptSources(etc.resolve("none")).entries()).isEmpty();
    }
}
