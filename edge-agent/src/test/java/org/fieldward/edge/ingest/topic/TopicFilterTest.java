package org.fieldward.edge.ingest.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @CsvSource({
        "alarms/#, alarms/monitor-07, true",
        "alarms/#, alarms/a/b/c, true",
        "alarms/#, alarms, true",
        "alarms/#, alarms2, false",
        "devices/+/status, devices/a/status, true",
        "devices/+/status, devices//status, true",
        "devices/+/status, devices/a/b/status, false",
        "devices/+, devices, false",
        "+, a, true",
        "+, a/b, false",
        "+/+, /a, true",
        "/+, /a, true",
        "#, a/b, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "a/b, a/b, true",
        "a/b, a/b/, false",
        "a, A, false"
    })
    void a_filter_matches_whole_levels(String filter, String topic, boolean matches) {
        assertThat(TopicFilter.of(filter).matches(topic)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "a/#/b", "a/b+", "+a", "##", "a/+b/c"})
    void a_wildcard_that_does_not_fill_its_level_is_refused(String filter) {
        assertThatThrownBy(() -> TopicFilter.of(filter)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_tree_finds_exactly_what_the_filters_match() {
        var random = new Random(3);
        var tree = new TopicTree<Integer, Integer>();
        var filters = new ArrayList<TopicFilter>();
        for (int i = 0; i < 400; i++) {
            var filter = TopicFilter.of(text(random, List.of("a", "b", "", "+", "$x"), i % 4 == 0));
            filters.add(filter);
            assertThat(tree.put(filter, i, i)).isEmpty();
        }
        for (int i = 0; i < 400; i += 3) {
            assertThat(tree.remove(filters.get(i), i)).contains(i);
            assertThat(tree.remove(filters.get(i), i)).isEmpty();
        }
        for (int round = 0; round < 500; round++) {
            String topic = text(random, List.of("a", "b", "", "$x"), false);
            assertThat(tree.matches(topic))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 400)
                            .filter(i -> i % 3 != 0)
                            .filter(i -> filters.get(i).matches(topic))
                            .boxed()
                            .toList());
        }
    }

    private static String text(Random random, List<String> words, boolean rest) {
        String levels = IntStream.range(0, 1 + random.nextInt(4))
                .mapToObj(i -> words.get(random.nextInt(words.size())))
                .collect(Collectors.joining("/"));
        String text = levels.isEmpty() ? "a" : levels;
        return rest ? text + "/#" : text;
    }

    @Test
    void a_shared_filter_names_its_group() {
        assertThat(SharedFilter.of("$share/ward/alarms/#"))
                .contains(new SharedFilter(Optional.of("ward"), TopicFilter.of("alarms/#")));
        assertThat(SharedFilter.of("alarms/#"))
                .contains(new SharedFilter(Optional.empty(), TopicFilter.of("alarms/#")));
        for (String bad : List.of("$share/", "$share/ward", "$share//x", "$share/ward/", "$share/w+/x")) {
            assertThat(SharedFilter.of(bad)).isEmpty();
        }
    }
}
