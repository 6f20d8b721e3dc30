package org.fieldward.core.distribution.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.core.distribution.live.LiveClient.Told;
import org.fieldward.core.distribution.live.Log.Placed;
import org.fieldward.core.distribution.live.Place.Part;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which logs the hub looks at, and when. */
final class LiveHubTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Steps alarms = new Steps(Part.ALARMS);
    private final Steps chart = new Steps(Part.CHART);
    private final LiveHub hub = new LiveHub(List.of(alarms, chart), 1_000, 10);
    private final LiveClient client = hub.join(Optional.empty()).orElseThrow();

    @AfterEach
    void end() throws InterruptedException {
        client.close();
        hub.close();
    }

    @Test
    void a_log_that_nobody_hints_at_is_left_in_peace_while_another_is_busy() throws InterruptedException {
        long began = System.nanoTime();

        for (int i = 0; i < 200; i++) {
            alarms.last.incrementAndGet();
            hub.wake(Part.ALARMS);
            assertThat(client.next(event -> true, PATIENCE)).hasSize(1);
        }

        long quarters = Duration.ofNanos(System.nanoTime() - began).toMillis() / 250;
        assertThat(alarms.looks.get()).isGreaterThanOrEqualTo(200);
        assertThat(chart.looks.get()).isLessThanOrEqualTo((int) quarters + 2);
    }

    @Test
    void what_another_core_stored_is_told_though_nobody_hints() throws InterruptedException {
        chart.last.incrementAndGet();

        assertThat(client.next(event -> true, PATIENCE)).extracting(Told::id).containsExactly("0-0-1");
    }

    @Test
    void what_does_not_fit_into_one_page_is_told_to_its_end_after_one_hint() throws InterruptedException {
        alarms.last.addAndGet(7);
        hub.wake(Part.ALARMS);

        int told = 0;
        while (told < 7) {
            List<Told> some = client.next(event -> true, PATIENCE);
            assertThat(some).isNotEmpty();
            told += some.size();
        }
    }

    /** A log of numbered steps, of which a page has one. */
    private static final class Steps implements Log {
        private final Part part;
        private final AtomicLong last = new AtomicLong();
        private final AtomicInteger looks = new AtomicInteger();

        Steps(Part part) {
            this.part = part;
        }

        @Override
        public Part part() {
            return part;
        }

        @Override
        public Page after(Place place) {
            looks.incrementAndGet();
            if (number(place) == last.get()) {
                return new Page(place, List.of());
            }
            Place next = at(place, number(place) + 1);
            return new Page(next, List.of(new Placed(part, next, new Event.Gap())));
        }

        @Override
        public Place end(Place place) {
            return at(place, last.get());
        }

        @Override
        public long between(Place from, Place until) {
            return number(until) - number(from);
        }

        private long number(Place place) {
            return part == Part.ALARMS ? place.step() : place.change();
        }

        private Place at(Place place, long number) {
            return place.with(part, new Place(0, Place.WHOLE, number, number));
        }
    }
}
