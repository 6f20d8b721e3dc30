package org.fieldward.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Message.Trick;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;
import org.fieldward.simulator.sample.TimedSample;
import org.junit.jupiter.api.Test;

class MisbehaviourTest {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

    private static final List<TimedSample> SAMPLES = IntStream.range(0, 1_000)
            .mapToObj(i -> new TimedSample(
                    Duration.ofSeconds(i),
                    new Sample(
                            new DeviceId("d"),
                            START.plusSeconds(i),
                            List.of(Spoken.Quantity.of(
                                    Catalogue.standard().key("heart-rate"), BigDecimal.valueOf(60 + i % 40))))))
            .toList();

    private static List<Message> messages(Misbehaviour misbehaviour, long seed) {
        List<Message> messages = new ArrayList<>();
        misbehaviour
                .applyTo(SAMPLES.iterator(), new Payloads(PayloadFormat.JSON), seed)
                .forEachRemaining(messages::add);
        return messages;
    }

    private static List<Sample> samples(List<Message> messages) {
        return messages.stream()
                .map(Message::content)
                .filter(Message.Reading.class::isInstance)
                .map(content -> ((Message.Reading) content).sample())
                .toList();
    }

    private static long count(List<Message> messages, Trick trick) {
        return messages.stream()
                .filter(message -> message.tricks().contains(trick))
                .count();
    }

    @Test
    void a_well_behaved_device_says_each_sample_once_in_order_when_it_is_due() {
        List<Message> messages = messages(Misbehaviour.NONE, 1);

        assertThat(samples(messages))
                .isEqualTo(SAMPLES.stream().map(TimedSample::sample).toList());
        assertThat(messages).allMatch(message -> message.tricks().isEmpty());
        assertThat(messages.get(5).due()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whatever_the_tricks_every_sample_is_still_said() {
        var wild = new Misbehaviour(0.2, 0.2, 0.2, Duration.ZERO, 0, 0, 0);
        List<Message> messages = messages(wild, 1);

        assertThat(new HashSet<>(samples(messages)))
                .containsExactlyInAnyOrderElementsOf(
                        SAMPLES.stream().map(TimedSample::sample).toList());
        assertThat(count(messages, Trick.DUPLICATE)).isBetween(120L, 280L);
        assertThat(count(messages, Trick.MALFORMED)).isBetween(120L, 280L);
        assertThat(count(messages, Trick.OUT_OF_ORDER)).isBetween(150L, 500L);
        assertThat(samples(messages).get(0)).isEqualTo(SAMPLES.getFirst().sample());
    }

    @Test
    void the_same_seed_misbehaves_the_same_way() {
        var wild = new Misbehaviour(0.2, 0.2, 0.2, Duration.ofMinutes(3), 0.01, 0.1, 0);

        assertThat(messages(wild, 4)).isEqualTo(messages(wild, 4)).isNotEqualTo(messages(wild, 5));
    }

    @Test
    void a_wrong_clock_is_off_by_its_offset_and_drifts_with_device_time() {
        List<Message> messages = messages(new Misbehaviour(0, 0, 0, Duration.ofHours(-1), 0.001, 0, 0), 1);

        assertThat(samples(messages).getFirst().time()).isEqualTo(START.minusSeconds(3600));
        assertThat(samples(messages).get(999).time())
                .isEqualTo(START.minusSeconds(3600).plusSeconds(999).plusMillis(999));
        assertThat(count(messages, Trick.WRONG_CLOCK)).isEqualTo(1_000);
    }

    @Test
    void a_clock_that_repeats_an_hour_says_just_the_same_times_again() {
        List<Sample> samples = samples(messages(new Misbehaviour(0, 0, 0, Duration.ZERO, 0, 0, 0.002), 3));

        assertThat(samples).hasSize(1_000);
        assertThat(samples)
                .extracting(Sample::time)
                .contains(START)
                .anyMatch(time -> time.isBefore(START))
                .allMatch(time -> Duration.between(START, time).toMillis() % 1_000 == 0);
    }

    @Test
    void a_probability_beyond_one_is_refused_by_name() {
        assertThatThrownBy(() -> new Misbehaviour(1.1, 0, 0, Duration.ZERO, 0, 0, 0))
                .hasMessage("duplicates must be a probability from 0 to 1, was 1.1");
    }
}
