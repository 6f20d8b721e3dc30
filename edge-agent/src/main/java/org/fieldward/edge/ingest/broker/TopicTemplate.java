package org.fieldward.edge.ingest.broker;

import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.reading.DeviceId;

/**
 * Which topics of the broker are readings, and of whom: {@code ward7/{device}/vitals=json}. Exactly one level is
 * {@code {device}}; any other may be {@code +}.
 */
record TopicTemplate(TopicFilter filter, int deviceLevel, Format format) {

    private static final String DEVICE = "{device}";

    static TopicTemplate of(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("a topic must be template=format, was '" + text + "'");
        }
        Format format = switch (text.substring(equals + 1).strip()) {
            case "json" -> Format.JSON;
            case "senml" -> Format.SENML;
            case "senml-cbor" -> Format.SENML_CBOR;
            case "protobuf" -> Format.PROTOBUF;
            default ->
                throw new IllegalArgumentException(
                        "a topic's format must be json, senml, senml-cbor or protobuf, was '" + text + "'");
        };
        List<String> levels = TopicFilter.split(text.substring(0, equals).strip());
        int device = levels.indexOf(DEVICE);
        boolean once = device >= 0
                && device == levels.lastIndexOf(DEVICE)
                && levels.stream().noneMatch(level -> level.contains("{") && !level.equals(DEVICE));
        if (!once) {
            throw new IllegalArgumentException("a topic must have one level {device}, was '" + text + "'");
        }
        List<String> filter = levels.stream()
                .map(level -> level.equals(DEVICE) ? TopicFilter.ONE : level)
                .toList();
        return new TopicTemplate(new TopicFilter(filter), device, format);
    }

    boolean matches(String topic) {
        return filter.matches(topic);
    }

    /** Empty if the level is no name that a device may have. */
    Optional<DeviceId> device(String topic) {
        return Optional.of(TopicFilter.split(topic).get(deviceLevel))
                .filter(DeviceId::isValid)
                .map(DeviceId::new);
    }
}
