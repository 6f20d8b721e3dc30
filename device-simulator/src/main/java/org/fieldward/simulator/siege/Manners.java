package org.fieldward.simulator.siege;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.fieldward.simulator.packet.Packets;
import org.fieldward.simulator.sample.Secret;

/** The manners that a gateway has to stand. */
final class Manners {

    static final int KEEP_ALIVE_SECONDS = 60;
    private static final long PING_NANOS = 20_000_000_000L;
    private static final int NOISE_BYTES = 4096;
    private static final int LARGE_FIELD_BYTES = 60_000;

    private Manners() {}

    /** Who it says it is. */
    record Login(String clientId, String user, Optional<Secret> password) {
        byte[] connect(int keepAliveSeconds) {
            return Packets.connect(clientId, user, password, keepAliveSeconds);
        }
    }

    /** Logs in and says only that it is alive, three times as often as it has to. */
    static final class Idle implements Manner {
        private final Login login;
        private final long early;
        private long pings;

        /** @param turn from 0 to 1: when in each interval it pings, or thousands that came together would ping together */
        Idle(Login login, double turn) {
            this.login = login;
            early = (long) (turn * PING_NANOS);
        }

        @Override
        public byte[] opening() {
            return login.connect(KEEP_ALIVE_SECONDS);
        }

        @Override
        public byte[] more(long sinceOpened) {
            long due = (sinceOpened + early) / PING_NANOS;
            if (due <= pings) {
                return NOTHING;
            }
            pings = due;
            return Packets.ping();
        }
    }

    /** Begins to say something and never ends it. */
    static final class HalfOpen implements Manner {
        private final byte[] whole;
        private final int saidBytes;

        HalfOpen(byte[] whole, int saidBytes) {
            this.whole = whole;
            this.saidBytes = saidBytes;
        }

        /** Stops in the middle. */
        static HalfOpen of(byte[] whole) {
            return new HalfOpen(whole, whole.length / 2);
        }

        /** A CONNECT with three fields of almost the largest size there is, but for its last byte. */
        static HalfOpen large() {
            String field = "x".repeat(LARGE_FIELD_BYTES);
            byte[] whole = new Login(field, field, Optional.of(new Secret(field))).connect(0);
            return new HalfOpen(whole, whole.length - 1);
        }

        @Override
        public byte[] opening() {
            return Arrays.copyOf(whole, saidBytes);
        }

        @Override
        public Arrival arrival() {
            return Arrival.CONNECTED;
        }
    }

    /** Publishes as fast as the socket takes, with as much unacknowledged as packet identifiers allow. */
    static final class Flood implements Manner {
        static final int MAX_WINDOW = 65_535;
        private static final int PER_BLOCK = 256;
        private static final int PUBACK_BYTES = 4;

        private final Login login;
        private final int qos;
        private final int length;
        private final int packetIdAt;
        private final byte[] block;
        private long sent;
        private long heardBytes;

        Flood(Login login, int qos, String payload) {
            this.login = login;
            this.qos = qos;
            String topic = "devices/" + login.user() + "/readings";
            byte[] one = Packets.publish(qos, 0, topic, payload);
            length = one.length;
            packetIdAt = length - payload.length() - 2;
            var many = new ByteArrayOutputStream();
            for (int i = 0; i < PER_BLOCK; i++) {
                many.writeBytes(one);
            }
            block = many.toByteArray();
        }

        @Override
        public byte[] opening() {
            return login.connect(0);
        }

        @Override
        public byte[] more(long sinceOpened) {
            if (qos == 0) {
                return block;
            }
            int room = (int) Math.min(PER_BLOCK, MAX_WINDOW - (sent - heardBytes / PUBACK_BYTES));
            for (int i = 0; i < room; i++) {
                int packetId = (int) (sent % MAX_WINDOW) + 1;
                block[i * length + packetIdAt] = (byte) (packetId >> 8);
                block[i * length + packetIdAt + 1] = (byte) packetId;
                sent++;
            }
            return room == PER_BLOCK ? block : Arrays.copyOf(block, room * length);
        }

        @Override
        public void heard(int bytes) {
            heardBytes += bytes;
        }
    }

    /** Asks for everything, says every second that it is alive, and never reads. */
    static final class Deaf implements Manner {
        private static final long SECOND = 1_000_000_000L;

        private final Login login;
        private final int qos;
        private long pings;

        Deaf(Login login, int qos) {
            this.login = login;
            this.qos = qos;
        }

        @Override
        public byte[] opening() {
            var out = new ByteArrayOutputStream();
            out.writeBytes(login.connect(KEEP_ALIVE_SECONDS));
            out.writeBytes(Packets.subscribe(qos, List.of("devices/#", "alarms/#")));
            return out.toByteArray();
        }

        @Override
        public byte[] more(long sinceOpened) {
            if (sinceOpened / SECOND <= pings) {
                return NOTHING;
            }
            pings = sinceOpened / SECOND;
            return Packets.ping();
        }

        @Override
        public Arrival arrival() {
            return Arrival.CONNECTED;
        }

        @Override
        public boolean reads() {
            return false;
        }
    }

    /** Says what is not MQTT, without end. */
    static final class Noise implements Manner {
        private final byte[] noise = new byte[NOISE_BYTES];

        Noise(RandomGenerator random) {
            random.nextBytes(noise);
        }

        @Override
        public byte[] opening() {
            return more(0);
        }

        /** The same again, because fresh noise would cost more here than at the gateway. */
        @Override
        public byte[] more(long sinceOpened) {
            return noise;
        }

        @Override
        public Arrival arrival() {
            return Arrival.CONNECTED;
        }
    }

    /** Guesses a password. */
    record WrongLogin(Login login) implements Manner {
        @Override
        public byte[] opening() {
            return login.connect(KEEP_ALIVE_SECONDS);
        }

        @Override
        public Arrival arrival() {
            return Arrival.ANSWERED;
        }
    }

    /** A TLS record that announces a ClientHello (RFC 8446, section 4.1.2) with one cipher suite and no extensions. */
    static byte[] clientHello(RandomGenerator random) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        var hello = new ByteArrayOutputStream();
        hello.writeBytes(new byte[] {3, 3});
        hello.writeBytes(secret);
        // No session, TLS_AES_128_GCM_SHA256, no compression.
        hello.writeBytes(new byte[] {0, 0, 2, 0x13, 1, 1, 0});
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x16, 3, 1, 0, (byte) (hello.size() + 4), 1, 0, 0, (byte) hello.size()});
        out.writeBytes(hello.toByteArray());
        return out.toByteArray();
    }
}
