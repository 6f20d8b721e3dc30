package org.fieldward.edge.ingest.session.sqlite;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.packet.Property;

/** A message as bytes: topic, QoS, retain flag, properties, payload. */
final class Written {

    private Written() {}

    static byte[] bytes(Outgoing message) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            sized(out, ByteString.copyFromUtf8(message.topic()));
            out.writeByte(message.qos());
            out.writeBoolean(message.retain());
            sized(out, message.properties().encode());
            sized(out, message.payload());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if these are not bytes that {@link #bytes} made */
    static Outgoing message(byte[] bytes) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String topic = sized(in).toString(StandardCharsets.UTF_8);
            int qos = in.readByte();
            boolean retain = in.readBoolean();
            Properties properties = Properties.decode(sized(in));
            return new Outgoing(topic, sized(in), qos, retain, properties);
        } catch (IllegalArgumentException e) {
            throw new IOException("not a kept message", e);
        }
    }

    static Outgoing ofWill(Will will) {
        Properties forwarded = will.properties().forwarded(java.util.List.of());
        // It is good for so long from when it is said, which is yet to come.
        OptionalLong goodFor = will.properties().number(Property.MESSAGE_EXPIRY);
        return new Outgoing(
                will.topic(),
                will.payload(),
                will.qos(),
                will.retain(),
                goodFor.isPresent() ? forwarded.with(Property.MESSAGE_EXPIRY, goodFor.getAsLong()) : forwarded);
    }

    static Will will(Outgoing kept) {
        return new Will(kept.topic(), kept.payload(), kept.qos(), kept.retain(), kept.properties());
    }

    private static void sized(DataOutputStream out, ByteString bytes) throws IOException {
        out.writeInt(bytes.size());
        bytes.writeTo(out);
    }

    private static ByteString sized(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available()) {
            throw new IOException("a length must not reach beyond its message");
        }
        return ByteString.readFrom(new ByteArrayInputStream(in.readNBytes(size)));
    }
}
