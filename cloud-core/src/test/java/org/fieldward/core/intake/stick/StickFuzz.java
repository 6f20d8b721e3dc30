package org.fieldward.core.intake.stick;

import static org.fieldward.core.fuzz.Check.that;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldward.core.fuzz.Dice;
import org.fieldward.core.fuzz.Opened;
import org.fieldward.core.intake.stick.Imported.Tally;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.stick.Receipt;

/**
 * Any bytes as a file of a stick, any batches in an honest one, and an honest one that somebody cut or changed: nothing
 * throws, nothing is doubled, and a receipt names no more than the journal holds.
 */
public final class StickFuzz {

    private static final Clinic KEYS = new Clinic();
    private static final Credential WARD = KEYS.gateway("ward-7", false);

    private StickFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        int kind = dice.below(3);
        Clinic clinic = KEYS.afresh();
        byte[] file;
        boolean honest = false;
        if (kind == 0) {
            file = dice.rest();
        } else if (kind == 1) {
            file = clinic.file(WARD, batches(dice));
            honest = true;
        } else {
            file = clinic.file(WARD, List.of(Clinic.batch(1, 3), Clinic.batch(4, 5)));
            int length = dice.flag() ? dice.twoOctets() % file.length : file.length;
            file = Arrays.copyOf(file, length);
            int at = dice.twoOctets();
            int change = dice.octet();
            if (length > 0) {
                file[at % length] ^= (byte) change;
            }
        }

        StickImport door = clinic.door();
        Imported first = door.read(new ByteArrayInputStream(file));
        List<Receipt> receipts = door.receipts();

        that(!honest || first instanceof Imported.Whole, "an honest file is read to its end");
        Opened.check(clinic.journal);
        for (Receipt receipt : receipts) {
            check(clinic, receipt);
        }
        Tally again = tally(clinic.door().read(new ByteArrayInputStream(file)));
        that(again.fresh() == 0, "the same file again brings nothing new");
        that(again.known() == tally(first).fresh() + tally(first).known(), "and what it brought is known by then");
    }

    private static void check(Clinic clinic, Receipt receipt) {
        try {
            that(clinic.received(receipt).equals(receipt), "the gateway reads what the core wrote");
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        receipt.held()
                .forEach((epoch, held) -> that(
                        held.equals(clinic.journal.covered(receipt.gateway(), epoch)), "a receipt is what is held"));
    }

    private static Tally tally(Imported imported) {
        return switch (imported) {
            case Imported.Whole whole -> whole.tally();
            case Imported.Part part -> part.tally();
            case Imported.Refused refused -> new Tally(0, 0, 0, List.of());
        };
    }

    private static List<Batch> batches(Dice dice) {
        var batches = new ArrayList<Batch>();
        while (!dice.isEmpty() && batches.size() < 20) {
            if (dice.flag()) {
                try {
                    batches.add(Batch.parseFrom(dice.take(dice.twoOctets())));
                } catch (InvalidProtocolBufferException e) {
                    continue;
                }
            } else {
                long first = dice.octet();
                batches.add(Batch.newBuilder()
                        .setEpoch(dice.below(3))
                        .setLaneValue(dice.below(8))
                        .addRanges(Range.newBuilder().setFirst(first).setLast(first + (byte) dice.octet()))
                        .setContent(ByteString.copyFrom(dice.take(dice.octet())))
                        .build());
            }
        }
        return batches;
    }
}
