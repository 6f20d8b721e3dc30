package org.fieldward.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Message.Defect;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static Message message(long dueMillis) {
        return new Message(
                Duration.ofMillis(dueMillis),
                new DeviceId("d"),
                new Message.Malformed(Defect.GARBAGE, ByteString.copyFromUtf8("m" + dueMillis)),
                Set.of());
    }

    private static Outbox outbox(int window, long... dues) {
        return new Outbox(Arrays.stream(dues).mapToObj(OutboxTest::message).iterator(), window);
    }

    private static Outbox.Step send(long ticket, int attempt, long due) {
        return new Outbox.Send(new Outbox.Item(ticket, attempt, message(due)));
    }

    @Test
    void a_message_waits_until_it_is_due() {
        Outbox outbox = outbox(5, 100);

        assertThat(outbox.next(Duration.ofMillis(99))).isEqualTo(new Outbox.WaitUntil(Duration.ofMillis(100)));
        assertThat(outbox.next(Duration.ofMillis(100))).isEqualTo(send(1, 1, 100));
    }

    @Test
    void no_more_than_the_window_is_unacknowledged_and_the_end_is_the_last_acknowledgement() {
        Outbox outbox = outbox(2, 0, 1, 2);
        Duration later = Duration.ofSeconds(1);

        assertThat(outbox.next(later)).isEqualTo(send(1, 1, 0));
        assertThat(outbox.next(later)).isEqualTo(send(2, 1, 1));
        assertThat(outbox.next(later)).isEqualTo(new Outbox.WaitForAck());
        outbox.acknowledged(2);
        assertThat(outbox.next(later)).isEqualTo(send(3, 1, 2));
        outbox.acknowledged(1);
        assertThat(outbox.next(later)).isEqualTo(new Outbox.WaitForAck());
        outbox.acknowledged(3);
        assertThat(outbox.next(later)).isEqualTo(new Outbox.Done());
    }

    @Test
    void after_a_reconnect_the_unacknowledged_go_first_unchanged_and_in_their_old_order() {
        Outbox outbox = outbox(4, 0, 1, 2, 3, 4);
        Duration later = Duration.ofSeconds(1);
        IntStream.range(0, 4).forEach(i -> outbox.next(later));
        outbox.acknowledged(2);

        outbox.disconnected();
        assertThat(outbox.next(later)).isEqualTo(send(1, 2, 0));
        outbox.disconnected();

        assertThat(List.of(outbox.next(later), outbox.next(later), outbox.next(later), outbox.next(later)))
                .containsExactly(send(1, 3, 0), send(3, 2, 2), send(4, 2, 3), send(5, 1, 4));
    }

    @Test
    void waits_grow_to_a_bound_and_start_again_after_success() {
        var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), new SplittableRandom(1));
        List<Duration> waits =
                IntStream.range(0, 200).mapToObj(i -> backoff.next()).toList();

        assertThat(waits.getFirst()).isLessThanOrEqualTo(Duration.ofMillis(100));
        assertThat(waits).allMatch(wait -> wait.isPositive() && wait.compareTo(Duration.ofSeconds(2)) <= 0);
        assertThat(waits).anyMatch(wait -> wait.compareTo(Duration.ofSeconds(1)) > 0);
        backoff.succeeded();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}
