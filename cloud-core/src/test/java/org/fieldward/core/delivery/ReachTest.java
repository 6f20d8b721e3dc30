package org.fieldward.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody makes the core call what only the core can reach. */
class ReachTest {

    private final Reach strict = Reach.of(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/x",
                "https://[::1]/x",
                "https://[::ffff:127.0.0.1]/x",
                "https://[fe80::1]/x",
                "https://[fd00::1]/x",
                "https://[64:ff9b::7f00:1]/x",
                "https://[2002:7f00:1::]/x",
                "https://169.254.169.254/latest",
                "https://168.63.129.16/",
                "https://10.1.2.3/",
                "https://172.31.0.1/",
                "https://192.168.1.1/",
                "https://100.64.0.1/",
                "https://0.0.0.0/",
                "https://255.255.255.255/",
                "https://0x7f000001/",
                "https://2130706433/",
                "https://127.1/",
                "http://8.8.8.8/",
                "ftp://8.8.8.8/",
                "file:///etc/passwd",
                "https://user:secret@8.8.8.8/",
                "https://8.8.8.8/#there",
                "nonsense"
            })
    void an_address_that_leads_within_is_refused(String url) {
        assertThat(strict.objection(url)).isPresent();
    }

    @Test
    void a_public_address_over_https_is_allowed() {
        assertThat(strict.objection("https://8.8.8.8:8443/x?y=z")).isEmpty();
        assertThat(strict.objection("https://[2606:4700::1111]/x")).isEmpty();
        assertThat(strict.objection("https://hooks.example.org/x")).isEmpty();
    }

    @Test
    void a_name_that_leads_within_is_refused_when_it_is_looked_up() {
        assertThat(strict.objection("https://localhost/")).isEmpty();
        assertThatThrownBy(() -> strict.resolve("localhost")).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void what_the_operator_named_is_allowed_and_only_that_without_tls() throws Exception {
        var reach = Reach.of(List.of("10.1.0.0/16", "localhost", "[::1]"));

        assertThat(reach.objection("http://10.1.200.3/x")).isEmpty();
        assertThat(reach.objection("http://10.2.0.1/x")).isPresent();
        assertThat(reach.objection("http://[::1]/x")).isEmpty();
        assertThat(reach.objection("http://localhost:9/x")).isEmpty();
        assertThat(reach.objection("http://other.example/x")).isPresent();
        assertThat(reach.resolve("localhost")).isNotEmpty();
    }
}
