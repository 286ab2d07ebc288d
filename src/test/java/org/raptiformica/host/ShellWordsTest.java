package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShellWordsTest {

    @Test
    void aShellReadsBackExactlyTheWords() {
        List<String> words = List.of(
                "", "a b", "it's", "$(id)", "`id`", "a\nb", "-n", "~", "*", "a=b", "!x", "\\", "\"", "é", "#", "{a,b}");
        assertThat(readByShell(words)).isEqualTo(String.join("|", words) + "|");
    }

    @Test
    void anyCharactersAtAllAreReadBack() {
        Random random = new Random(20261122);
        List<String> words = random.ints(60)
                .mapToObj(seed -> new Random(seed)
                        .ints(8, 1, 128)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .toList();
        assertThat(readByShell(words)).isEqualTo(String.join("|", words) + "|");
    }

    @Test
    void leavesPlainWordsReadable() {
        assertThat(ShellWords.join(List.of("ip", "-6", "addr", "a@b:/c.d", "x=1")))
                .isEqualTo("ip -6 addr a@b:/c.d x=1");
    }

    @Test
    void refusesNul() {
        assertThatThrownBy(() -> ShellWords.quote("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static String readByShell(List<String> words) {
        return new LocalHost()
                .run(Command.of("sh", "-c", "printf '%s|' " + ShellWords.join(words)))
                .out();
    }
}
