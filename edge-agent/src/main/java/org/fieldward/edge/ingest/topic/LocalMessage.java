package org.fieldward.edge.ingest.topic;

import com.google.protobuf.ByteString;
import java.util.OptionalLong;
import org.fieldward.edge.ingest.packet.Properties;

/**
 * What somebody in the ward said on a topic.
 *
 * @param retained whether it stays as the topic's last word; an empty payload then removes it
 * @param properties those that go on to subscribers: content type, response topic, user properties and their kin
 * @param deadlineMillis the monotonic time after which nobody needs to hear it (MQTT 5, message expiry)
 * @param author the identity that said it, as text; empty for the gateway itself
 */
public record LocalMessage(
        String topic,
        ByteString payload,
        int qos,
        boolean retained,
        Properties properties,
        OptionalLong deadlineMillis,
        String author) {

    /** From the gateway itself, good for ever. */
    public LocalMessage(String topic, ByteString payload, int qos, boolean retained, Properties properties) {
        this(topic, payload, qos, retained, properties, OptionalLong.empty(), "");
    }

    public boolean isOver(long nowMillis) {
        return deadlineMillis.isPresent() && nowMillis >= deadlineMillis.getAsLong();
    }
}
