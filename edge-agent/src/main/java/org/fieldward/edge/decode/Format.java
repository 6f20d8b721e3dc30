package org.fieldward.edge.decode;

import java.util.Optional;

/** The payloads we can read, and how a device names them. */
public enum Format {
    JSON("readings", "application/json"),
    /** RFC 8428, the JSON form. */
    SENML("senml", "application/senml+json"),
    /** {@code fieldward.link.v1.DevicePublish}. */
    PROTOBUF("protobuf", "application/x-protobuf"),
    /** Blocks of waveforms in our own JSON. */
    WAVEFORM("waveforms", "application/vnd.fieldward.waveform+json");

    private final String topicLevel;
    private final String contentType;

    Format(String topicLevel, String contentType) {
        this.topicLevel = topicLevel;
        this.contentType = contentType;
    }

    /** The last level of {@code devices/{id}/...} on which this format is published. */
    public String topicLevel() {
        return topicLevel;
    }

    public static Optional<Format> ofTopicLevel(String level) {
        for (Format format : values()) {
            if (format.topicLevel.equals(level)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** As {@link #ofContentType(String)}, but plain JSON on the topic of waveforms is a waveform. */
    public static Optional<Format> ofContentType(String contentType, Format ofTopic) {
        return ofContentType(contentType).map(said -> said == JSON && ofTopic == WAVEFORM ? WAVEFORM : said);
    }

    /** By MQTT 5 content type; parameters such as {@code ;charset=utf-8} are ignored. */
    public static Optional<Format> ofContentType(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
        for (Format format : values()) {
            if (format.contentType.equalsIgnoreCase(type)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
