package org.fieldward.core.distribution.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.fieldward.core.access.Sight;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever dies in between, every event comes, and in order. */
class NothingIsLostTest {

    private static final Pattern NUMBER = Pattern.compile("event-number\",\"valueString\":\"([0-9]+)\"");

    private final Rig rig = new Rig();
    private final Listener listener = new Listener(heard -> 200);

    @AfterEach
    void close() {
        listener.close();
        rig.close();
    }

    static List<Long> numbers(List<Listener.Heard> heard) {
        var numbers = new ArrayList<Long>();
        for (Listener.Heard one : heard) {
            Matcher matcher = NUMBER.matcher(one.body());
            while (matcher.find()) {
                numbers.add(Long.parseLong(matcher.group(1)));
            }
        }
        return numbers;
    }

    @Test
    void a_subscriber_that_is_killed_again_and_again_sees_every_event_in_order_and_so_it_does_when_the_core_dies() {
        int events = 1_000;
        rig.start();
        rig.subscribe(rig.subscription(Rig.TOPIC + "observation", listener.url("/hook"), "id-only"), Sight.EVERYTHING);
        rig.await("the handshake", () -> !listener.heard().isEmpty());
        var random = new Random(42);
        List<Observation> page = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            page.add(Rig.observation("p" + i % 7, "8867-4"));
        }
        for (int i = 0; i < events / 20; i++) {
            rig.write(page);
            if (i % 10 == 5) {
                listener.kill();
                if (random.nextBoolean()) {
                    rig.stop();
                    rig.start();
                }
                rig.write(page);
                i++;
                listener.comeBack();
            }
        }

        rig.await("the last", () -> numbers(listener.heard()).contains((long) events));

        List<Long> heard = numbers(listener.heard());
        Set<Long> distinct = new LinkedHashSet<>(heard);
        assertThat(distinct)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events).boxed().toList());
        assertThat(heard.size() - distinct.size()).as("told twice").isLessThan(events / 2);
    }
}
