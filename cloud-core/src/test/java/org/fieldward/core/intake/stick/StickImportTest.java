package org.fieldward.core.intake.stick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.intake.stick.Clinic.EPOCH;
import static org.fieldward.core.intake.stick.Clinic.batch;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.fieldward.core.intake.stick.Imported.Part;
import org.fieldward.core.intake.stick.Imported.Refused;
import org.fieldward.core.intake.stick.Imported.Tally;
import org.fieldward.core.intake.stick.Imported.Whole;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.fieldward.proto.stick.Receipt;
import org.junit.jupiter.api.Test;

/** What the core does with a stick: all of it, once, from whom it knows. */
final class StickImportTest {

    private final Clinic clinic = new Clinic();
    private final Credential ward = clinic.gateway("ward-7", false);

    private SequenceSet held() {
        return clinic.journal.covered("ward-7", EPOCH);
    }

    private static SequenceSet range(long first, long last) {
        return SequenceSet.of(new SequenceRange(first, last));
    }

    private static Tally tally(long batches, long fresh, long known) {
        return new Tally(batches, fresh, known, List.of());
    }

    @Test
    void every_record_of_a_file_is_journalled_as_if_it_had_come_over_the_link() {
        byte[] file = clinic.file(ward, List.of(batch(1, 10), batch(11, 15)));

        assertThat(clinic.read(file)).isEqualTo(new Whole("ward-7", tally(2, 15, 0)));
        assertThat(held()).isEqualTo(range(1, 15));
        assertThat(clinic.journal.after(0, 10))
                .extracting(entry -> entry.arrival().content())
                .containsExactly(batch(1, 10).getContent(), batch(11, 15).getContent());
    }

    @Test
    void the_same_file_twice_doubles_nothing() {
        byte[] file = clinic.file(ward, List.of(batch(1, 10)));
        clinic.read(file);

        assertThat(clinic.read(file)).isEqualTo(new Whole("ward-7", tally(1, 0, 10)));
        assertThat(clinic.journal.after(0, 10)).hasSize(1);
    }

    @Test
    void files_come_in_any_order_and_overlap_with_each_other_and_with_the_link() {
        byte[] early = clinic.file(ward, List.of(batch(1, 10)));
        byte[] later = clinic.file(ward, List.of(batch(6, 20)));
        var link = batch(18, 25);
        clinic.journal.append(
                List.of(new Arrival("ward-7", EPOCH, Lane.VITAL, range(18, 25), link.getContent(), Clinic.NOON)));

        assertThat(clinic.read(later)).isEqualTo(new Whole("ward-7", tally(1, 12, 3)));
        assertThat(clinic.read(early)).isEqualTo(new Whole("ward-7", tally(1, 5, 5)));
        assertThat(held()).isEqualTo(range(1, 25));
        assertThat(clinic.journal.after(0, 10).stream()
                        .mapToLong(entry -> entry.fresh().size())
                        .sum())
                .isEqualTo(25);
    }

    @Test
    void of_half_a_file_what_is_whole_is_applied_and_the_other_half_is_told_missing() {
        byte[] file = clinic.file(ward, List.of(batch(1, 10), batch(11, 15)));
        byte[] half = Arrays.copyOf(file, file.length - 40);
        StickImport door = clinic.door();

        assertThat(door.read(new ByteArrayInputStream(half))).isInstanceOfSatisfying(Part.class, part -> {
            assertThat(part.tally()).isEqualTo(tally(1, 10, 0));
            assertThat(part.why()).contains("only a part of it is here");
        });
        assertThat(held()).isEqualTo(range(1, 10));
        assertThat(door.receipts()).singleElement().satisfies(receipt -> {
            assertThat(receipt.held()).containsEntry(EPOCH, range(1, 10));
            assertThat(receipt.files()).as("files that may be deleted").isEmpty();
        });
    }

    @Test
    void a_gateway_that_was_revoked_or_is_not_known_brings_nothing_in() {
        byte[] file = clinic.file(ward, List.of(batch(1, 10)));
        clinic.gateways.revoke("ward-7");
        Credential stranger = new Clinic().gateway("ward-7", false);

        assertThat(clinic.read(file))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).contains("revoked"));
        assertThat(clinic.read(clinic.file(stranger, List.of(batch(1, 10)))))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).contains("not from this core"));
        assertThat(held().isEmpty()).isTrue();
    }

    @Test
    void a_certificate_that_expired_where_none_could_be_renewed_is_good_enough() {
        Credential remote = clinic.gateway("ward-8", true);

        assertThat(clinic.read(clinic.file(remote, List.of(batch(1, 3)))))
                .isEqualTo(new Whole("ward-8", tally(1, 3, 0)));
    }

    @Test
    void a_batch_that_breaks_a_rule_is_set_aside_and_does_not_stop_the_others() {
        var broken = batch(1, 10).toBuilder().setEpoch(0).build();
        StickImport door = clinic.door();

        assertThat(door.read(new ByteArrayInputStream(clinic.file(ward, List.of(broken, batch(11, 15))))))
                .isInstanceOfSatisfying(Whole.class, whole -> {
                    assertThat(whole.tally().fresh()).isEqualTo(5);
                    assertThat(whole.tally().refused()).containsExactly("batch.epoch must be at least 1, was 0");
                });
        assertThat(door.receipts())
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.files())
                        .as("a file with something refused is not done")
                        .isEmpty());
    }

    @Test
    void bytes_that_are_no_file_of_a_stick_are_refused_with_the_reason() {
        assertThat(clinic.read(new byte[] {1, 2, 3})).isInstanceOf(Refused.class);
        assertThat(clinic.read("%PDF-1.7 a menu".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).contains("FWSTICK1"));
    }

    @Test
    void the_receipt_names_all_that_the_core_holds_and_the_files_that_are_done() throws IOException {
        clinic.read(clinic.file(ward, List.of(batch(1, 10))));
        byte[] second = clinic.file(ward, List.of(batch(30, 31)));
        StickImport door = clinic.door();
        door.read(new ByteArrayInputStream(second));
        ByteString id = clinic.authority.open(new ByteArrayInputStream(second)).id();

        Receipt receipt = clinic.received(door.receipts().getFirst());

        assertThat(receipt.gateway()).isEqualTo("ward-7");
        assertThat(receipt.held()).containsOnlyKeys(EPOCH);
        assertThat(receipt.held().get(EPOCH))
                .isEqualTo(SequenceSet.of(new SequenceRange(1, 10), new SequenceRange(30, 31)));
        assertThat(receipt.files()).containsExactly(id);
    }
}
