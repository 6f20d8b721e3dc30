package org.fieldward.simulator.load;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.packet.Packets;
import org.fieldward.simulator.payload.PayloadFormat;

/**
 * A whole PUBLISH packet of one device (MQTT 3.1.1, section 3.3), made once; each copy gets its packet identifier, its
 * device times and a changing last digit of the heart rate. All copies have the same length.
 */
final class Template {

    private static final List<String> VALUES = List.of(
            "\"heart-rate\":72",
            "\"respiratory-rate\":16",
            "\"spo2\":97",
            "\"systolic\":121",
            "\"diastolic\":78",
            "\"temperature\":36.9",
            "\"pulse-rate\":71",
            "\"mean-arterial-pressure\":92");

    static final int MAX_VALUES = VALUES.size();

    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int DIGITS = 13;
    private static final String HEAD = "{\"time\":";
    private static final String ANY_TIME = "1000000000000";
    private static final String MIDDLE = ",\"values\":{";

    private final byte[] packet;
    private final int packetIdAt;
    private final int firstTimeAt;
    private final int readingLength;
    private final int readings;

    Template(DeviceId device, int readings, int values) {
        this.readings = readings;
        String reading = HEAD + ANY_TIME + MIDDLE + String.join(",", VALUES.subList(0, values)) + "}}";
        String payload = readings == 1 ? reading : "[" + String.join(",", Collections.nCopies(readings, reading)) + "]";
        byte[] topic = PayloadFormat.JSON.topic(device).getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        out.write(PUBLISH_QOS_1);
        Packets.length(out, 2 + topic.length + 2 + payload.length());
        out.write(topic.length >> 8);
        out.write(topic.length);
        out.writeBytes(topic);
        packetIdAt = out.size();
        out.write(0);
        out.write(0);
        firstTimeAt = out.size() + (readings == 1 ? 0 : 1) + HEAD.length();
        readingLength = reading.length() + 1;
        out.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
        packet = out.toByteArray();
    }

    int length() {
        return packet.length;
    }

    /** @param millis device time of the first reading, 13 digits */
    void write(ByteBuf out, int packetId, long millis) {
        int begin = out.writerIndex();
        out.writeBytes(packet);
        out.setShort(begin + packetIdAt, packetId);
        for (int reading = 0; reading < readings; reading++) {
            int at = begin + firstTimeAt + reading * readingLength;
            long rest = millis + reading;
            for (int digit = DIGITS - 1; digit >= 0; digit--) {
                out.setByte(at + digit, '0' + (int) (rest % 10));
                rest /= 10;
            }
            // The heart rate's last digit follows the time by a fixed number of bytes.
            int heartRate = at + DIGITS + MIDDLE.length() + VALUES.getFirst().length() - 1;
            out.setByte(heartRate, '0' + (int) ((millis + reading) / 7 % 10));
        }
    }
}
