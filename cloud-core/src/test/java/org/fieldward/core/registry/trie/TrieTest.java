package org.fieldward.core.registry.trie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrieTest {

    /** Many of them share a hash, and most the greater part of it. */
    private record Key(int number, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static Key key(Random random, int kinds) {
        int number = random.nextInt(2_000);
        return new Key(number, (number % kinds) << 27);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 31, 2_000})
    void it_holds_what_a_map_of_the_JDK_holds_after_any_history(int kinds) {
        var random = new Random(kinds);
        var expected = new HashMap<Key, Integer>();
        Trie<Key, Integer> trie = Trie.empty();
        for (int i = 0; i < 10_000; i++) {
            Key key = key(random, kinds);
            if (random.nextInt(3) == 0) {
                expected.remove(key);
                trie = trie.without(key);
            } else {
                expected.put(key, i);
                trie = trie.with(key, i);
            }
            assertThat(trie.get(key)).isEqualTo(expected.get(key));
            assertThat(trie).hasSize(expected.size());
        }
        assertThat(trie).isEqualTo(expected).hasSameHashCodeAs(expected);
        assertThat(expected).isEqualTo(trie);
    }

    @Test
    void whoever_holds_one_keeps_it_as_it_was() {
        var random = new Random(1);
        List<Trie<String, Integer>> tries = new ArrayList<>(List.of(Trie.empty()));
        List<Map<String, Integer>> expected = new ArrayList<>(List.of(Map.of()));
        for (int i = 0; i < 300; i++) {
            String key = "k" + random.nextInt(100);
            var after = new HashMap<>(expected.getLast());
            if (random.nextBoolean()) {
                after.put(key, i);
                tries.add(tries.getLast().with(key, i));
            } else {
                after.remove(key);
                tries.add(tries.getLast().without(key));
            }
            expected.add(after);
        }
        for (int i = 0; i < tries.size(); i++) {
            assertThat(tries.get(i)).isEqualTo(expected.get(i));
        }
    }

    @Test
    void nobody_changes_it_in_place() {
        Map<String, Integer> trie = Trie.of(Map.of("a", 1));

        assertThatThrownBy(() -> trie.put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> trie.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> trie.entrySet().iterator().next().setValue(3))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void an_empty_one_has_nothing() {
        Trie<String, Integer> trie = Trie.empty();

        assertThat(trie).isEmpty();
        assertThat(trie.get("a")).isNull();
        assertThat(trie.without("a")).isSameAs(trie);
        assertThatThrownBy(() -> trie.entrySet().iterator().next()).isInstanceOf(NoSuchElementException.class);
    }
}
