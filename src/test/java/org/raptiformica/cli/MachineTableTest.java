package org.raptiformica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.StepFailed;

class MachineTableTest {

    private static final Optional<Failure> SILENT = Optional.of(new MachineUnreachable("a", "is silent", "Wake it."));
    private static final Optional<Failure> BROKEN = Optional.of(new StepFailed("a", "it broke", "Mend it."));
    private static final Optional<Failure> NONE = Optional.empty();

    private static ExitCode of(List<Optional<Failure>> failures) {
        List<MachineResult> results = failures.stream()
                .map(failure -> new MachineResult(
                        "a", "", Optional.empty(), Optional.empty(), Duration.ZERO, List.of(), failure))
                .toList();
        return MachineTable.exitCode(results);
    }

    @Test
    @DisplayName("the exit code tells whether all, some or none of the machines succeeded")
    void tellsAllSomeAndNone() {
        assertThat(of(List.of(NONE, NONE))).isEqualTo(ExitCode.OK);
        assertThat(of(List.of())).isEqualTo(ExitCode.OK);
        assertThat(of(List.of(NONE, SILENT))).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(of(List.of(NONE, SILENT, BROKEN))).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(of(List.of(SILENT, BROKEN))).isEqualTo(ExitCode.ALL_FAILED);
    }

    @Test
    @DisplayName("where all failed alike it is the exit code of that failure")
    void allAlike() {
        assertThat(of(List.of(SILENT))).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(of(List.of(SILENT, SILENT))).isEqualTo(ExitCode.UNREACHABLE);
    }
}
