package org.raptiformica.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.SomeFailed;
import org.raptiformica.failure.StepFailed;

class WireTest {

    static List<Failure> everyKindOfFailure() {
        return List.of(
                new PrerequisiteMissing("a", "b", "c"),
                new MachineUnreachable("a", "b", "c"),
                new MachineUnsuitable("a", "b", "c"),
                new BadData("a", "b", "c"),
                new NoCluster("a", "b", "c"),
                new StepFailed("a", "b", "c"),
                new SomeFailed("a", "b", "c"));
    }

    @ParameterizedTest
    @MethodSource("everyKindOfFailure")
    @DisplayName("a failure arrives as what was thrown")
    void failure(Failure thrown) {
        String line = Wire.answer(thrown).toString();

        assertThatThrownBy(() -> Wire.resultOf("node", line))
                .isExactlyInstanceOf(thrown.getClass())
                .isInstanceOfSatisfying(
                        Failure.class, arrived -> assertThat(arrived.message()).isEqualTo(thrown.message()));
    }

    @Test
    void aResultArrivesAsItWas() {
        String line = Wire.answer(new JsonPrimitive("all is well")).toString();

        assertThat(Wire.resultOf("node", line).getAsString()).isEqualTo("all is well");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Killed", "[1, 2]", "{\"answer\":"})
    void anAnswerThatIsNoneIsToldWithWhatCame(String line) {
        assertThatThrownBy(() -> Wire.resultOf("192.0.2.7", line))
                .isInstanceOfSatisfying(
                        BadData.class,
                        failure -> assertThat(failure.message())
                                .contains("192.0.2.7", line.isEmpty() ? "it is empty" : line, "agent.log"));
    }

    @Test
    void aMappingArrivesAsItWas() {
        Mapping mapping = Mapping.of(Map.of("raptiformica/a/b", "1", "raptiformica/a/ü ", "\"\n"));

        assertThat(Wire.mapping(Wire.flat(mapping))).isEqualTo(mapping);
    }
}
