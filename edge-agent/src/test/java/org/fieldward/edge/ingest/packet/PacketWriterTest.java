package org.fieldward.edge.ingest.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.fieldward.edge.ingest.packet.Inbound.Version;
import org.junit.jupiter.api.Test;

class PacketWriterTest {

    private static PacketWriter writer(int maxPacketBytes) {
        var writer = new PacketWriter();
        writer.client(Version.V5, maxPacketBytes, true);
        return writer;
    }

    @Test
    void a_refusal_gives_its_reason_in_words_only_where_they_fit() {
        PacketWriter roomy = writer(100);
        roomy.refuse(Reason.NOT_AUTHORIZED, "its client id is not its own");
        assertThat(new String(roomy.take(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .endsWith("its client id is not its own");

        PacketWriter tight = writer(20);
        tight.refuse(Reason.NOT_AUTHORIZED, "its client id is not its own");
        assertThat(tight.take()).containsExactly(0x20, 3, 0, Reason.NOT_AUTHORIZED.code(), 0);
    }

    @Test
    void a_packet_larger_than_the_client_takes_is_not_written() {
        PacketWriter writer = writer(6);

        writer.subAck(1, List.of(0, 1));
        assertThat(writer.isEmpty()).isTrue();
        writer.subAck(1, List.of(0));
        assertThat(writer.take()).hasSize(6);
    }
}
