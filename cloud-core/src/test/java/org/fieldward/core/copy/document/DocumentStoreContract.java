package org.fieldward.core.copy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.fieldward.core.chart.Key;
import org.fieldward.core.copy.document.DocumentStore.Mend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of documents promises. */
public abstract class DocumentStoreContract {

    /** As odd as JSON may be: precision, exponents, letters of all kinds. */
    private static final String ODD =
            "{\"resourceType\":\"Observation\",\"v\":[1.50,-0.0,1E+2,12345678901234567890.10,true,null],"
                    + "\"t\":\"a\\nb \\u00e9\\ud83d\\ude00 'quoted' \\\"\",\"a\":{\"z\":1,\"b\":2}}";

    protected DocumentStore store;

    protected abstract DocumentStore open() throws Exception;

    @BeforeEach
    void start() throws Exception {
        store = open();
    }

    @AfterEach
    void stop() {
        store.close();
    }

    public static Document document(String id, long version, String json) {
        return new Document(
                new Key("Patient", id),
                version,
                Instant.parse("2026-03-01T12:00:00.125Z").plusSeconds(version),
                json,
                new TreeSet<>(List.of("ward-1", "ward-2")),
                new TreeSet<>(List.of(id)));
    }

    public static Document document(String id, long version) {
        return document(id, version, "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"n\":" + version + "}");
    }

    private List<Held> all() {
        return store.held(Optional.empty(), Optional.empty(), 100);
    }

    @Test
    void what_was_put_is_held_as_it_is_and_putting_it_again_changes_nothing() {
        Document odd = document("odd", 3, ODD);
        for (int i = 0; i < 2; i++) {
            assertThat(store.put(List.of(odd, document("deleted", 2, "")))).isEmpty();
            assertThat(all()).containsExactly(document("deleted", 2, "").held(), odd.held());
        }
        assertThat(store.held(List.of(odd.key(), new Key("Patient", "nobody")))).containsOnlyKeys(odd.key());
    }

    @Test
    void an_older_version_never_takes_the_place_of_a_newer_one() {
        store.put(List.of(document("a", 10)));
        store.put(List.of(document("a", 9), document("b", 1)));
        assertThat(all())
                .containsExactly(document("a", 10).held(), document("b", 1).held());
        store.put(List.of(document("a", 11, "")));
        store.put(List.of(document("a", 10)));
        assertThat(store.held(List.of(new Key("Patient", "a"))))
                .containsValue(document("a", 11, "").held());
    }

    @Test
    void sums_are_of_the_range_and_tell_any_difference() {
        List<Document> three = List.of(document("B", 1), document("a", 1), document("a-b", 1));
        store.put(three);
        Optional<Key> first = Optional.of(three.getFirst().key());
        Optional<Key> second = Optional.of(three.get(1).key());
        assertThat(store.sum(Optional.empty(), Optional.empty())).isEqualTo(store.sumOf(three));
        assertThat(store.sum(first, second)).isEqualTo(store.sumOf(three.subList(1, 2)));
        assertThat(store.sum(second, Optional.empty())).isEqualTo(store.sumOf(three.subList(2, 3)));
        assertThat(store.sum(Optional.of(three.getLast().key()), Optional.empty()))
                .isEqualTo(store.sumOf(List.of()));
        assertThat(store.held(first, Optional.empty(), 1))
                .containsExactly(three.get(1).held());
        for (Document other : List.of(document("a", 2), document("a", 1, "{\"n\":1}"), document("a", 1, ""))) {
            assertThat(store.sumOf(List.of(three.getFirst(), other, three.getLast())))
                    .isNotEqualTo(store.sumOf(three));
        }
    }

    @Test
    void a_mend_does_what_it_says_only_where_it_finds_what_was_seen() {
        Document there = document("a", 7);
        Document wanted = document("a", 3);
        store.put(List.of(there));
        store.mend(List.of(new Mend(there.key(), Optional.of(document("a", 6).held()), Optional.of(wanted))));
        store.mend(List.of(new Mend(there.key(), Optional.empty(), Optional.empty())));
        assertThat(all()).containsExactly(there.held());
        Document missing = document("b", 1);
        store.mend(List.of(
                new Mend(there.key(), Optional.of(there.held()), Optional.of(wanted)),
                new Mend(missing.key(), Optional.empty(), Optional.of(missing))));
        assertThat(all()).containsExactly(wanted.held(), missing.held());
        store.mend(List.of(new Mend(wanted.key(), Optional.of(wanted.held()), Optional.empty())));
        assertThat(all()).containsExactly(missing.held());
    }
}
