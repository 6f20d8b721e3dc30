package org.fieldward.edge.ingest.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketReaderTest {

    private static final String CONNECT_4 = "100d00044d51545404020 00a000170".replace(" ", "");
    private static final String CONNECT_5 = "100e00044d5154540502000a00000170";
    private static final String CONVERSATION = CONNECT_5
            + "32130005746f706963123402010170617 96c6f6164".replace(" ", "")
            + "820c0001020b050004612f2b2301"
            + "620212 34".replace(" ", "")
            + "c000"
            + "e00104";

    private static List<Inbound> read(int max, byte[]... chunks) {
        var reader = new PacketReader(max);
        var found = new ArrayList<Inbound>();
        for (byte[] chunk : chunks) {
            reader.feed(chunk);
            Inbound next = reader.next();
            while (!(next instanceof Inbound.Nothing)) {
                found.add(next);
                if (next instanceof Inbound.Violation) {
                    return found;
                }
                next = reader.next();
            }
        }
        return found;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void packets_are_the_same_however_the_bytes_are_cut() {
        byte[] all = hex(CONNECT_5 + "32130005746f70696312340201017061796c6f6164" + "62021234" + "c000" + "e00104");
        List<Inbound> whole = read(1000, all);
        assertThat(whole).hasSize(5).noneMatch(Inbound.Violation.class::isInstance);

        byte[][] single = new byte[all.length][];
        for (int i = 0; i < all.length; i++) {
            single[i] = new byte[] {all[i]};
        }
        assertThat(read(1000, single)).isEqualTo(whole);
        for (int cut = 1; cut < all.length; cut++) {
            assertThat(read(1000, Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length)))
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "300e0005746f7000007061796c6f6164, MALFORMED_PACKET",
        "300e0005746f7001707061796c6f6164, MALFORMED_PACKET",
        "300e0005746f707f707061796c6f6164, MALFORMED_PACKET",
        "300e0005746feda0807061796c6f6164, MALFORMED_PACKET",
        "300e00052b6f7069637061796c6f6164, MALFORMED_PACKET",
        "360e0005746f7069637061796c6f6164, MALFORMED_PACKET",
        "300200 05, MALFORMED_PACKET",
        "320e0005746f70696300007061796c6f, PROTOCOL_ERROR",
        "8005000100016100, MALFORMED_PACKET",
        "82020001, PROTOCOL_ERROR",
        "8207000100022b6100, MALFORMED_PACKET",
        "20020000, PROTOCOL_ERROR",
        "f000, PROTOCOL_ERROR",
        "c00100, MALFORMED_PACKET",
        "30ffffffff01, MALFORMED_PACKET",
        "30ffffff7f, PACKET_TOO_LARGE",
        "100d00044d5154540402000a000170, PROTOCOL_ERROR"
    })
    void what_the_standard_forbids_is_a_violation(String packet, Reason reason) {
        var found = read(1000, hex(CONNECT_4), hex(packet.replace(" ", "")));

        assertThat(found).hasSize(2);
        assertThat(found.get(1))
                .isInstanceOfSatisfying(
                        Inbound.Violation.class,
                        violation -> assertThat(violation.reason()).isEqualTo(reason));
    }

    @Test
    void nothing_comes_before_a_connect() {
        assertThat(read(1000, hex("c000"))).singleElement().isInstanceOf(Inbound.Violation.class);
    }

    @Test
    void a_password_never_prints() {
        var connect = read(1000, hex("101500044d51545404c2000a0001700001700003736563"));

        assertThat(connect).singleElement().isInstanceOf(Inbound.Connect.class);
        assertThat(connect.toString()).doesNotContain("736563").doesNotContain("sec");
    }

    @Test
    void damage_is_a_violation_or_other_packets_and_nothing_else_happens() {
        var random = new Random(17);
        byte[] good = hex(CONVERSATION);
        int violations = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            violations += read(1000, bad).stream().anyMatch(Inbound.Violation.class::isInstance) ? 1 : 0;
        }
        assertThat(violations).isGreaterThan(10_000);
    }
}
