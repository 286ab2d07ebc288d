package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    /** What Docker 20.10 says of an option that it does not know. */
    private static final String USAGE = "unknown flag: --quiet\nSee 'docker cp --help'.\n";

    @Test
    @DisplayName("a command's first words are the first line on standard error that is not blank")
    void firstWords() {
        assertThat(new Outcome(125, "on with it\n", USAGE).firstWords()).isEqualTo("unknown flag: --quiet");
        assertThat(new Outcome(1, "", "\n  \r\n\tno lease \nbye\n").firstWords())
                .isEqualTo("no lease");
    }

    @Test
    @DisplayName("where there is nothing on standard error they are the last line on standard output")
    void standardOutput() {
        assertThat(new Outcome(1, "first\nno space left\n\n", " \n").firstWords())
                .isEqualTo("no space left");
        assertThat(new Outcome(1, "first\nlast\n", "").firstAndLastWords()).isEqualTo("last");
        assertThat(new Outcome(1, "\n", "").firstWords()).isEqualTo("it said nothing");
        assertThat(new Outcome(1, "", "").firstAndLastWords()).isEqualTo("it said nothing");
    }

    @Test
    @DisplayName("the last line on standard error is told beside the first where it is another one")
    void firstAndLastWords() {
        assertThat(new Outcome(100, "", "W: old lists\nI: more\nE: no package\n").firstAndLastWords())
                .isEqualTo("W: old lists … E: no package");
        assertThat(new Outcome(1, "", "no network\n\n").firstAndLastWords()).isEqualTo("no network");
    }

    @Test
    @DisplayName("the last line on standard output is the last one that is not blank")
    void lastLine() {
        assertThat(new Outcome(0, "noise\nok\n \n", "later").lastLine()).isEqualTo("ok");
        assertThat(new Outcome(0, "", "later").lastLine()).isEmpty();
    }
}
