package org.fieldward.edge.fuzz;

import java.util.List;
import java.util.function.Consumer;
import org.fieldward.edge.buffer.torn.TornFuzz;
import org.fieldward.edge.decode.PayloadFuzz;
import org.fieldward.edge.decode.mapping.MappingFuzz;
import org.fieldward.edge.decode.medtech.MedtechFuzz;
import org.fieldward.edge.decode.sparkplug.SparkplugFuzz;
import org.fieldward.edge.ingest.access.AccessFuzz;
import org.fieldward.edge.ingest.door.DoorFuzz;
import org.fieldward.edge.ingest.packet.PacketReaderFuzz;
import org.fieldward.edge.ingest.session.sqlite.WrittenFuzz;
import org.fieldward.edge.ingest.topic.TopicFuzz;
import org.fieldward.edge.stick.ReceiptFuzz;

/**
 * Something that takes any bytes and throws only when a promise is broken. Its corpus is the folder {@code fuzz/NAME} of the
 * test resources.
 */
record Target(Class<?> type, Consumer<byte[]> body) {

    static final List<Target> ALL = List.of(
            new Target(PacketReaderFuzz.class, PacketReaderFuzz::fuzzerTestOneInput),
            new Target(DoorFuzz.class, DoorFuzz::fuzzerTestOneInput),
            new Target(TopicFuzz.class, TopicFuzz::fuzzerTestOneInput),
            new Target(AccessFuzz.class, AccessFuzz::fuzzerTestOneInput),
            new Target(PayloadFuzz.class, PayloadFuzz::fuzzerTestOneInput),
            new Target(MappingFuzz.class, MappingFuzz::fuzzerTestOneInput),
            new Target(MedtechFuzz.class, MedtechFuzz::fuzzerTestOneInput),
            new Target(SparkplugFuzz.class, SparkplugFuzz::fuzzerTestOneInput),
            new Target(BatchFuzz.class, BatchFuzz::fuzzerTestOneInput),
            new Target(WrittenFuzz.class, WrittenFuzz::fuzzerTestOneInput),
            new Target(ReceiptFuzz.class, ReceiptFuzz::fuzzerTestOneInput),
            new Target(TornFuzz.class, TornFuzz::fuzzerTestOneInput));

    String name() {
        return type.getSimpleName();
    }
}
