package org.fieldward.edge.ingest.topic;

import com.google.protobuf.ByteString;
import org.fieldward.edge.ingest.packet.Properties;

/**
 * What somebody in the ward said on a topic.
 *
 * @param retained whether it stays as the topic's last word; an empty payload then removes it
 * @param properties those that go on to subscribers: content type, response topic, user properties and their kin
 */
public record LocalMessage(String topic, ByteString payload, int qos, boolean retained, Properties properties) {}
