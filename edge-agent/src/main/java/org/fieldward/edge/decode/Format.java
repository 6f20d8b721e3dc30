package org.fieldward.edge.decode;

import java.util.List;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;

/** How a payload is to be read. Told by the topic it came on, and for the fixed formats by its content type. */
public sealed interface Format {

    Format JSON = Fixed.JSON;
    Format SENML = Fixed.SENML;
    Format SENML_CBOR = Fixed.SENML_CBOR;
    Format PROTOBUF = Fixed.PROTOBUF;
    Format WAVEFORM = Fixed.WAVEFORM;

    /** Formats that mean the same from whomever they come. */
    enum Fixed implements Format {
        JSON("readings", "application/json"),
        /** RFC 8428, section 5. */
        SENML("senml", "application/senml+json"),
        /** RFC 8428, section 6. */
        SENML_CBOR("senml-cbor", "application/senml+cbor"),
        /** {@code fieldward.link.v1.DevicePublish}. */
        PROTOBUF("protobuf", "application/x-protobuf"),
        /** Blocks of waveforms in our own JSON. */
        WAVEFORM("waveforms", "application/vnd.fieldward.waveform+json");

        private final String topicLevel;
        private final String contentType;

        Fixed(String topicLevel, String contentType) {
            this.topicLevel = topicLevel;
            this.contentType = contentType;
        }

        /** The last level of {@code devices/{id}/...} on which this format is published. */
        public String topicLevel() {
            return topicLevel;
        }
    }

    /**
     * JSON that a mapping of the operator explains.
     *
     * @param properties what the topic says beside, as devices of an IoT Hub write it; empty for nothing
     */
    record Mapped(String mapping, String properties) implements Format {
        public Mapped(String mapping) {
            this(mapping, "");
        }
    }

    /**
     * Sparkplug B (version 3.0, chapter 4): {@code spBv1.0/{group}/{verb}/{node}[/{device}]}, the node being the login.
     *
     * @param device the node's own metrics where it is empty
     */
    record Sparkplug(String group, Verb verb, Optional<String> device) implements Format {

        public static final String NAMESPACE = "spBv1.0";

        /** The message types that a node publishes. */
        public enum Verb {
            NBIRTH,
            NDATA,
            NDEATH,
            DBIRTH,
            DDATA,
            DDEATH;

            boolean isOfDevice() {
                return this == DBIRTH || this == DDATA || this == DDEATH;
            }
        }

        /** Empty unless it is a topic that this login may publish on as a Sparkplug node. */
        public static Optional<Format> ofTopic(DeviceId login, List<String> levels) {
            if (levels.size() < 4
                    || levels.size() > 5
                    || !levels.get(0).equals(NAMESPACE)
                    || levels.get(1).isEmpty()
                    || !levels.get(3).equals(login.name())) {
                return Optional.empty();
            }
            for (Verb verb : Verb.values()) {
                if (verb.name().equals(levels.get(2)) && verb.isOfDevice() == (levels.size() == 5)) {
                    return Optional.of(new Sparkplug(
                            levels.get(1), verb, verb.isOfDevice() ? Optional.of(levels.get(4)) : Optional.empty()));
                }
            }
            return Optional.empty();
        }

        /**
         * How a device behind a node is called: {@code {node}.{device}}. It has no dot of its own, so that the last dot
         * tells whose it is. Empty for a name that cannot be one.
         */
        public static Optional<DeviceId> subDevice(DeviceId login, String device) {
            String name = login.name() + "." + device;
            return device.isEmpty() || device.indexOf('.') >= 0 || !DeviceId.isValid(name)
                    ? Optional.empty()
                    : Optional.of(new DeviceId(name));
        }
    }

    /** A fixed format by the last level of {@code devices/{id}/...}. */
    static Optional<Format> ofTopicLevel(String level) {
        for (Fixed format : Fixed.values()) {
            if (format.topicLevel.equals(level)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** A fixed format by MQTT 5 content type; parameters such as {@code ;charset=utf-8} are ignored. */
    static Optional<Format> ofContentType(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
        for (Fixed format : Fixed.values()) {
            if (format.contentType.equalsIgnoreCase(type)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * What the content type makes of the format that the topic told: another fixed one, or none that we know. Where the
     * topic alone explains the payload it stays, because {@code application/json} says less than a mapping.
     */
    // Static, because a default method would have the constants above read before the enum has made them.
    static Optional<Format> withContentType(Format told, String contentType) {
        return switch (told) {
            case Fixed fixed ->
                ofContentType(contentType)
                        .map(said -> said == Fixed.JSON && fixed == Fixed.WAVEFORM ? Fixed.WAVEFORM : said);
            case Mapped mapped -> Optional.of(mapped);
            case Sparkplug sparkplug -> Optional.of(sparkplug);
        };
    }
}
