package org.raptiformica.mesh.cjdns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CjdnsKeyTest {

    @ParameterizedTest
    @CsvSource({
        "m26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x80.k, fc0d:cddb:7510:2ab0:f52b:7b17:818f:82d0",
        "x0zxrnl4mrvwdrsxhj4cuhx4tb8n028gsuuj5f0fx8lnwrjy1fd0.k, fc61:4883:8302:f8e6:a076:e338:7bd1:9d75",
        "3q0gbl0fzhbsguzfv3vf73jgjyku8s031j3994sk6juxgjggpyv0.k, fc3f:4642:35a2:539c:2f8f:c313:44ce:4a90"
    })
    @DisplayName("the address of a key is the one that cjdns gives it")
    void addresses(String key, String address) {
        assertThat(CjdnsKey.parse(key).<InetAddress>map(CjdnsKey::address)).contains(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".k",
                "m26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x80",
                "m26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x8.k",
                "a26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x80.k",
                "m26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x81.k ",
                "n26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x80.k"
            })
    @DisplayName("a text of another form, or a key without an address, is no key")
    void noKeys(String text) {
        assertThat(CjdnsKey.parse(text)).isEmpty();
    }

    @Test
    @DisplayName("no letter outside the alphabet gets as far as the engine")
    void alphabet() {
        "aeio-_/ A\n"
                .chars()
                .forEach(letter -> assertThat(
                                CjdnsKey.parse((char) letter + "26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x80.k"))
                        .isEmpty());
    }
}
