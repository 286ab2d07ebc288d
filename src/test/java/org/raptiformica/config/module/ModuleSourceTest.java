package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.failure.BadData;

class ModuleSourceTest {

    @ParameterizedTest
    @CsvSource({
        "vdloo/some-module, https://github.com/vdloo/some-module, some-module,",
        "vdloo/some-module@v1.2, https://github.com/vdloo/some-module, some-module, v1.2",
        "vdloo/some-module@feature/x, https://github.com/vdloo/some-module, some-module, feature/x",
        "https://example.org/a/b.git, https://example.org/a/b.git, b,",
        "https://example.org/a/b.git/@abc123, https://example.org/a/b.git/, b, abc123",
        "https://example.org:8443/a/b@v1, https://example.org:8443/a/b, b, v1",
        "git@example.org:a/b.git, git@example.org:a/b.git, b,",
        "git@example.org:b@v1, git@example.org:b, b, v1",
        "ssh://git@example.org:2222/a/b.git@v1, ssh://git@example.org:2222/a/b.git, b, v1",
        "file:///srv/b.git, file:///srv/b.git, b,",
        "/srv/b/.git, /srv/b/.git, b,",
        "/srv/modules/b/, /srv/modules/b, b,",
        "./b@v1, /here/b, b, v1",
        "../b, /b, b,",
        "~/b, /home/me/b, b,",
        "b, /here/b, b,",
    })
    void isReadAsAPersonMeansIt(String text, String url, String name, String ref) {
        ModuleSource source = parse(text);

        assertThat(source.url()).isEqualTo(url);
        assertThat(source.name()).isEqualTo(name);
        assertThat(source.ref()).isEqualTo(Optional.ofNullable(ref));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-upload-pack=x", "--help/x", "https://example.org/..", "/", "a/b@-x", "a\nb/c"})
    void whatCannotBeASourceIsTold(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(BadData.class);
    }

    @Test
    void passwordIsNeitherInTheUrlNorInAnyText() {
        ModuleSource source = parse("https://me:s%2Fecret@example.org/a/b");

        assertThat(source.url()).isEqualTo("https://example.org/a/b");
        assertThat(source.toString()).isEqualTo("https://example.org/a/b");
        assertThat(source.authorization()).contains("Basic bWU6cy9lY3JldA==");
    }

    private static ModuleSource parse(String text) {
        return ModuleSource.parse(text, Path.of("/here"), Path.of("/home/me"));
    }
}
