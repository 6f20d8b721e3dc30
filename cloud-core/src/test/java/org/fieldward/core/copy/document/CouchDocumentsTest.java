package org.fieldward.core.copy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CouchDocumentsTest extends DocumentStoreContract {

    private final FakeCouch couch = new FakeCouch();

    CouchDocumentsTest() throws IOException {}

    @Override
    protected DocumentStore open() {
        return store("hush");
    }

    private CouchDocuments store(String password) {
        return new CouchDocuments(couch.url(), Optional.of("me"), Optional.of(password), Duration.ofSeconds(5));
    }

    @AfterEach
    void closeServer() {
        couch.close();
    }

    @Test
    void who_writes_at_the_same_time_is_not_overwritten_unless_older() {
        couch.rivals = 1;
        store.put(List.of(document("a", 4)));
        assertThat(couch.doc("Patient/a").path("version").asInt()).isEqualTo(5);
        couch.rivals = 1;
        store.put(List.of(document("a", 6)));
        assertThat(store.held(List.of(document("a", 6).key())))
                .containsValue(document("a", 6).held());
    }

    @Test
    void what_somebody_changed_in_the_store_is_not_taken_for_what_was_written() {
        Document whole = document("a", 1);
        for (String member : List.of("resource", "json", "version", "patients", "updated", "checksum")) {
            store.put(List.of(whole));
            couch.doc("Patient/a").put(member, "7");
            Optional<Held> seen =
                    Optional.ofNullable(store.held(List.of(whole.key())).get(whole.key()));
            assertThat(seen).as(member).isNotEqualTo(Optional.of(whole.held()));
            assertThat(store.sum(Optional.empty(), Optional.empty())).isNotEqualTo(store.sumOf(List.of(whole)));
            store.mend(List.of(new DocumentStore.Mend(whole.key(), seen, Optional.of(whole))));
            assertThat(store.sum(Optional.empty(), Optional.empty())).isEqualTo(store.sumOf(List.of(whole)));
        }
    }

    @Test
    void a_failure_says_neither_password_nor_content() {
        try (CouchDocuments wrong = store("other")) {
            assertThatThrownBy(() -> wrong.put(List.of(document("a", 1))))
                    .isInstanceOf(CopyException.class)
                    .hasMessage("CouchDB answered 401");
        }
    }
}
