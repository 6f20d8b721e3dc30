package org.fieldward.edge.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.fieldward.edge.clinic.DeviceView.State;
import org.fieldward.edge.ingest.topic.Delivery;
import org.fieldward.edge.ingest.topic.Listener;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.edge.ingest.topic.Subscription;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.DeviceStatus.Status;
import org.fieldward.proto.reading.Reading;
import org.junit.jupiter.api.Test;

class WardWatchTest {

    private final LocalTopics topics = new LocalTopics(10);
    private final List<String> heard = new ArrayList<>();
    private final WardWatch watch = new WardWatch(topics, Duration.ofSeconds(60), () -> Said.now(10));

    private Subscription screen(String filter) {
        return new Subscription(
                new Listener(delivery -> heard.add(text(delivery))),
                Optional.empty(),
                TopicFilter.of(filter),
                1,
                false,
                false,
                Optional.empty());
    }

    private static String text(Delivery delivery) {
        return delivery.message().topic() + " " + delivery.message().payload().toStringUtf8();
    }

    @Test
    void a_subscriber_hears_what_was_stored_as_normalised_json() {
        topics.subscribe(screen("devices/+/values"));

        watch.committed(
                Said.stored(Said.reading(Said.stamp(9, 8), Said.value("temperature", "37.0"), Said.off("spo2"))));
        watch.matching(TopicFilter.of("none"));
        watch.publish();
        watch.publish();

        assertThat(heard)
                .containsExactly(
                        "devices/bed-1/values {\"measuredAt\":\"2026-11-21T08:00:08Z\",\"receivedAt\":\"2026-11-21T08:00:09Z\","
                                + "\"values\":{\"spo2\":{\"absent\":\"not-performed\"},\"temperature\":{\"value\":37.0,\"unit\":\"Cel\"}}}");
    }

    @Test
    void whoever_comes_later_gets_one_message_per_device_with_the_latest_of_each_parameter() {
        topics.add(watch);
        watch.committed(Said.stored(
                Said.reading(Said.stamp(1), Said.value("systolic", "120")),
                Said.reading(Said.stamp(2), Said.value("heart-rate", "70"))));
        watch.publish();

        List<Delivery> retained = topics.retained(screen("devices/#"));

        assertThat(retained).singleElement().satisfies(one -> {
            assertThat(one.retain()).isTrue();
            assertThat(text(one))
                    .isEqualTo(
                            "devices/bed-1/values {\"measuredAt\":\"2026-11-21T08:00:02Z\",\"receivedAt\":\"2026-11-21T08:00:02Z\","
                                    + "\"values\":{\"heart-rate\":{\"value\":70,\"unit\":\"/min\"},"
                                    + "\"systolic\":{\"value\":120,\"unit\":\"mm[Hg]\",\"measuredAt\":\"2026-11-21T08:00:01Z\"}}}");
        });
        assertThat(topics.retained(screen("devices/bed-2/values"))).isEmpty();
    }

    @Test
    void without_its_thread_nothing_waits_for_ever_nor_is_lost() {
        for (int i = 0; i < 100_000; i++) {
            watch.committed(Said.stored(Said.reading(Said.stamp(i / 10_000.0), Said.value("heart-rate", "70"))));
        }

        assertThat(watch.waitingRecords()).isLessThanOrEqualTo(16_384);
        assertThat(watch.devices(Set.of(), List.of()))
                .singleElement()
                .satisfies(view -> assertThat(view.lastMinute()).isEqualTo(100_000));
    }

    @Test
    void devices_come_in_natural_order_and_as_the_door_sees_them() {
        IntStream.of(10, 2, 1)
                .forEach(bed -> watch.committed(Said.stored(new Reading(
                        new DeviceId("bed-" + bed), Said.stamp(1), List.of(Said.value("heart-rate", "70"))))));
        watch.committed(Said.stored(Said.status(1, Status.ONLINE)));

        List<DeviceView> devices = watch.devices(Set.of(new DeviceId("bed-2")), List.of(new DeviceId("bed-3")));

        assertThat(devices.stream().map(view -> view.device() + " " + view.state()))
                .containsExactly(
                        "bed-1 " + State.LOST,
                        "bed-2 " + State.ONLINE,
                        "bed-3 " + State.UNKNOWN,
                        "bed-10 " + State.UNKNOWN);
    }

    @Test
    void a_device_behind_a_sparkplug_node_is_online_as_long_as_its_node_is_connected() {
        var pump = new DeviceId("bed-1.pump");
        watch.committed(Said.stored(new DeviceStatus(pump, Said.stamp(1), Status.ONLINE)));

        assertThat(watch.devices(Set.of(Said.BED), List.of()))
                .filteredOn(view -> view.device().equals(pump))
                .extracting(DeviceView::state)
                .containsExactly(State.ONLINE);
        assertThat(watch.devices(Set.of(new DeviceId("bed-2")), List.of()))
                .filteredOn(view -> view.device().equals(pump))
                .extracting(DeviceView::state)
                .containsExactly(State.LOST);
    }
}
