package org.fieldward.simulator.siege;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fieldward.simulator.load.LoadResult;
import org.fieldward.simulator.sample.Secret;
import org.fieldward.simulator.siege.Crowd.Kind;
import org.fieldward.simulator.siege.Manner.Arrival;
import org.fieldward.simulator.siege.Manners.Login;
import org.junit.jupiter.api.Test;

class SiegeTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Login LOGIN = new Login("bad-1", "bad", Optional.of(new Secret("open")));

    @Test
    void an_idle_client_pings_once_every_twenty_seconds() {
        var idle = new Manners.Idle(LOGIN, 0);

        assertThat(idle.more(19 * SECOND)).isEmpty();
        assertThat(idle.more(20 * SECOND)).hasSize(2);
        assertThat(idle.more(21 * SECOND)).isEmpty();
        assertThat(idle.more(59 * SECOND)).hasSize(2);
        assertThat(idle.more(60 * SECOND)).hasSize(2);
    }

    @Test
    void a_half_open_client_says_the_first_half_and_a_large_one_all_but_a_byte() {
        byte[] whole = LOGIN.connect(0);

        assertThat(Manners.HalfOpen.of(whole).opening())
                .hasSize(whole.length / 2)
                .startsWith(0x10);
        assertThat(Manners.HalfOpen.of(whole).more(SECOND)).isEmpty();
        byte[] large = Manners.HalfOpen.large().opening();
        // Four bytes of header announce one byte more than comes.
        int announced = large[1] & 0x7F | (large[2] & 0x7F) << 7 | large[3] << 14;
        assertThat(large.length - 4).isEqualTo(announced - 1).isGreaterThan(180_000);
    }

    @Test
    void a_client_hello_announces_exactly_what_it_has() {
        ByteBuffer record = ByteBuffer.wrap(Manners.clientHello(new Random(1)));

        assertThat(record.get()).isEqualTo((byte) 0x16);
        assertThat(record.getShort()).isEqualTo((short) 0x0301);
        assertThat(record.getShort()).isEqualTo((short) record.remaining());
        assertThat(record.getInt()).isEqualTo(1 << 24 | record.remaining());
    }

    @Test
    void a_flood_at_qos_1_stops_at_the_last_free_identifier_and_goes_on_with_each_acknowledgement() {
        var flood = new Manners.Flood(LOGIN, 1, "{}");
        int length = 2 + 2 + "devices/bad/readings".length() + 2 + 2;
        List<Integer> identifiers = new ArrayList<>();
        for (byte[] block = flood.more(0); block.length > 0; block = flood.more(0)) {
            for (int at = 0; at < block.length; at += length) {
                identifiers.add((block[at + length - 4] & 0xFF) << 8 | block[at + length - 3] & 0xFF);
            }
        }

        assertThat(identifiers).hasSize(Manners.Flood.MAX_WINDOW).doesNotHaveDuplicates();
        assertThat(identifiers).doesNotContain(0);
        flood.heard(6);
        assertThat(flood.more(0)).hasSize(length).endsWith(0, 1, '{', '}');
        flood.heard(2);
        assertThat(flood.more(0)).hasSize(length).endsWith(0, 2, '{', '}');
    }

    @Test
    void a_flood_at_qos_0_never_stops() {
        var flood = new Manners.Flood(LOGIN, 0, "{}");

        assertThat(flood.more(0)).isEqualTo(flood.more(0)).isNotEmpty();
    }

    @Test
    void a_deaf_subscriber_asks_and_never_reads_and_a_guesser_is_content_with_any_answer() {
        var deaf = new Manners.Deaf(LOGIN, 1);

        assertThat(deaf.reads()).isFalse();
        assertThat(deaf.arrival()).isEqualTo(Arrival.CONNECTED);
        assertThat(new String(deaf.opening(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("devices/#", "alarms/#");
        assertThat(deaf.more(SECOND)).hasSize(2);
        assertThat(new Manners.WrongLogin(LOGIN).arrival()).isEqualTo(Arrival.ANSWERED);
        assertThat(new Manners.Idle(LOGIN, 0).arrival()).isEqualTo(Arrival.WELCOMED);
    }

    @Test
    void clients_share_addresses_up_to_their_number() {
        var kind = new Kind("idle", 5000, new InetSocketAddress("127.0.0.1", 1), 1, 900, true, i -> {
            throw new IllegalStateException("nobody connects here");
        });

        assertThat(kind.source(0).getAddress().getHostAddress()).isEqualTo("127.0.1.1");
        assertThat(kind.source(899).getAddress().getHostAddress()).isEqualTo("127.0.1.1");
        assertThat(kind.source(900).getAddress().getHostAddress()).isEqualTo("127.0.1.2");
        assertThat(kind.source(4999).getAddress().getHostAddress()).isEqualTo("127.0.1.6");
    }

    @Test
    void more_clients_than_loopback_has_addresses_are_refused() {
        assertThatThrownBy(() -> new SiegePlan.Bad(5000, 0, 0, 0, 0, "flood-", 10))
                .hasMessage("addresses (clients divided by per-address) must be 0 to 250, was 500");
    }

    private static SiegeResult.Phase phase(String name, double p99, long acked, long lost, long idleLost) {
        return new SiegeResult.Phase(
                name,
                new LoadResult(
                        new LoadResult.Setting(50, 20, 1, 6, 100, 10),
                        acked,
                        List.of(acked / 10),
                        List.of(),
                        new LoadResult.Latency(1, 1, p99, p99, p99),
                        lost,
                        0,
                        List.of(),
                        List.of()),
                List.of(),
                idleLost);
    }

    @Test
    void a_p99_of_more_than_twice_the_first_and_five_milliseconds_above_is_a_fault() {
        var result = new SiegeResult(List.of(
                phase("alone", 6, 1000, 0, 0), phase("twice", 12, 1000, 0, 0), phase("worse", 12.6, 1000, 0, 0)));

        assertThat(result.faults()).containsExactly("worse: p99 is 2.1 times the first phase's");
        assertThat(new SiegeResult(List.of(phase("alone", 1, 1000, 0, 0), phase("little", 5.9, 1000, 0, 0))).faults())
                .isEmpty();
    }

    @Test
    void too_few_acknowledged_and_any_connection_lost_is_a_fault() {
        var result = new SiegeResult(
                List.of(phase("alone", 6, 990, 0, 0), phase("short", 6, 989, 0, 0), phase("cut", 6, 1000, 1, 2)));

        assertThat(result.faults())
                .containsExactly(
                        "short: 99 of 100 a second were acknowledged",
                        "cut: 1 good devices lost their connection",
                        "cut: 2 idle clients lost their connection");
    }
}
