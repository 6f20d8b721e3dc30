package org.fieldward.core.copy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

final class RedisDocumentsTest extends DocumentStoreContract {

    private static Optional<RedisServer> server = Optional.empty();

    @BeforeAll
    static void startServer() throws IOException {
        server = RedisServer.start();
        assumeTrue(server.isPresent(), "needs redis-server");
    }

    @AfterAll
    static void stopServer() {
        server.ifPresent(RedisServer::close);
    }

    @Override
    protected DocumentStore open() {
        try (Jedis jedis = server.orElseThrow().jedis()) {
            jedis.flushAll();
        }
        return store(server.orElseThrow().url(), RedisServer.PASSWORD);
    }

    private static RedisDocuments store(URI url, String password) {
        return new RedisDocuments(url, Optional.empty(), Optional.of(password), Duration.ofSeconds(2));
    }

    @Test
    void programs_find_a_document_under_its_name() {
        store.put(List.of(document("a", 1)));
        assertThat(server.orElseThrow().names()).containsExactly("fieldward:Patient/a", "fieldward:index");
        try (Jedis jedis = server.orElseThrow().jedis()) {
            jedis.select(1);
            assertThat(jedis.hget("fieldward:Patient/a", "json"))
                    .isEqualTo(document("a", 1).json());
        }
    }

    @Test
    void what_somebody_did_to_the_store_is_seen_and_can_be_mended() {
        Document whole = document("a", 1);
        for (String[] harm : new String[][] {
            {"HSET", "fieldward:Patient/a", "json", "{}"},
            {"HSET", "fieldward:Patient/a", "json", "{"},
            {"HSET", "fieldward:Patient/a", "version", "many"},
            {"HDEL", "fieldward:Patient/a", "patients"},
            {"DEL", "fieldward:Patient/a"},
            {"SET", "fieldward:Patient/a", "x"},
            {"ZREM", "fieldward:index", "Patient/a"}
        }) {
            store.put(List.of(whole));
            try (Jedis jedis = server.orElseThrow().jedis()) {
                jedis.select(1);
                jedis.eval("return redis.call(unpack(ARGV))", 0, harm);
            }
            Optional<Held> seen =
                    Optional.ofNullable(store.held(List.of(whole.key())).get(whole.key()));
            assertThat(seen).as(List.of(harm).toString()).isNotEqualTo(Optional.of(whole.held()));
            assertThat(store.sum(Optional.empty(), Optional.empty())).isNotEqualTo(store.sumOf(List.of(whole)));
            store.mend(List.of(new DocumentStore.Mend(whole.key(), seen, Optional.of(whole))));
            assertThat(store.sum(Optional.empty(), Optional.empty())).isEqualTo(store.sumOf(List.of(whole)));
        }
    }

    @Test
    void a_failure_says_neither_password_nor_content() {
        try (RedisDocuments wrong = store(server.orElseThrow().url(), "hush-hush")) {
            assertThatThrownBy(() -> wrong.put(List.of(document("secret", 1))))
                    .isInstanceOf(CopyException.class)
                    .hasNoCause()
                    .message()
                    .doesNotContain("hush", "secret");
        }
    }
}
