package org.raptiformica.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NestedJsonTest {

    @Test
    void flattensObjectsToKeysAndScalarsToText() {
        assertThat(NestedJson.flat("p/", json("{\"a\":{\"b\":\"1\",\"c\":2.50},\"d\":true,\"e\":{}}")))
                .containsExactly(entry("p/a/b", "1"), entry("p/a/c", "2.50"), entry("p/d", "true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[1]}", "{\"a\":null}", "{\"a/b\":1}", "{\"\":1}"})
    void refusesWhatIsNoKeyWithAText(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> NestedJson.flat("p/", json(text)));
    }

    @Test
    void nestsEntriesBelowThePrefix() {
        assertThat(NestedJson.nested("p/", List.of(entryOf("p/"), entryOf("p/a/b"), entryOf("p/a/f/"), entryOf("p/c"))))
                .hasToString("{\"a\":{\"b\":\"v\",\"f\":{}},\"c\":\"v\"}");
    }

    @Test
    void refusesAKeyWithAValueAndKeysBelowIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NestedJson.nested("p/", List.of(entryOf("p/a"), entryOf("p/a/b"))))
                .withMessageContaining("p/a/b");
    }

    private static KeyValue entryOf(String key) {
        return new KeyValue(key, Base64.getEncoder().encodeToString(new byte[] {'v'}), 0, 1, 1, 0, Optional.empty());
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
