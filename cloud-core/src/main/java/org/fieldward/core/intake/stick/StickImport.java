package org.fieldward.core.intake.stick;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fieldward.core.intake.BatchRules;
import org.fieldward.core.intake.BatchRules.Ruling;
import org.fieldward.core.intake.enrolment.Authority;
import org.fieldward.core.intake.stick.Imported.Part;
import org.fieldward.core.intake.stick.Imported.Refused;
import org.fieldward.core.intake.stick.Imported.Tally;
import org.fieldward.core.intake.stick.Imported.Whole;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.journal.Journal.AppendResult;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.core.registry.Gateways;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.sequence.SequenceSet;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickException;
import org.fieldward.proto.stick.StickReader;
import org.fieldward.proto.stick.StickWriter;

/**
 * Puts the files of a stick into the journal. A file may come twice, in any order, in part, and beside the link: the
 * journal takes each sequence once. For one thread.
 */
public final class StickImport {

    private static final int MAX_GROUP = 64;
    private static final long MAX_GROUP_BYTES = 8 << 20;

    private final Authority authority;
    private final Gateways gateways;
    private final Journal journal;
    private final InstantSource clock;
    private final Map<String, Set<Long>> epochs = new TreeMap<>();
    private final Map<String, List<ByteString>> done = new HashMap<>();

    public StickImport(Authority authority, Gateways gateways, Journal journal, InstantSource clock) {
        this.authority = authority;
        this.gateways = gateways;
        this.journal = journal;
        this.clock = clock;
    }

    /** Returns when all that is good in the file would survive a power cut. */
    public Imported read(InputStream file) {
        StickReader reader;
        try {
            reader = authority.open(file);
        } catch (StickException | IOException e) {
            return new Refused(why(e));
        }
        Optional<String> objection = objection(reader);
        if (objection.isPresent()) {
            return new Refused(objection.get());
        }
        String gateway = Pem.commonName(reader.certificate());
        var apply = new Apply(gateway);
        try {
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                apply.take(next.get());
            }
        } catch (StickException | IOException e) {
            return new Part(gateway, apply.finish(), why(e));
        }
        Tally tally = apply.finish();
        if (tally.refused().isEmpty()) {
            done.computeIfAbsent(gateway, key -> new ArrayList<>()).add(reader.id());
        }
        return new Whole(gateway, tally);
    }

    /** Why nothing of it may be applied. */
    private Optional<String> objection(StickReader reader) {
        X509Certificate certificate = reader.certificate();
        if (!authority.signed(certificate)) {
            return Optional.of("the certificate of its gateway is not from this core");
        }
        if (reader.format() > BatchCodec.NEWEST) {
            return Optional.of("it is of batch format " + reader.format() + ", this core reads up to "
                    + BatchCodec.NEWEST + ": update the core first");
        }
        try {
            String gateway = Pem.commonName(certificate);
            // An expired certificate is no objection: where there is no link none can be renewed.
            return switch (gateways.standing(gateway, Pem.fingerprint(certificate))) {
                case WELCOME -> Optional.empty();
                case UNKNOWN -> Optional.of("gateway " + gateway + " is not known here by this certificate");
                case REVOKED ->
                    Optional.of("gateway " + gateway + " was revoked: it needs a new token, and exports again then");
            };
        } catch (CertificateException e) {
            return Optional.of("the certificate of its gateway names nobody");
        }
    }

    private static String why(Exception e) {
        return e instanceof IOException ? "it could not be read: " + e.getMessage() : String.valueOf(e.getMessage());
    }

    /** One for each gateway of the files read so far: all that the core holds of the epochs that were in them. */
    public List<Receipt> receipts() {
        var receipts = new ArrayList<Receipt>();
        epochs.forEach((gateway, of) -> {
            Map<Long, SequenceSet> held = new HashMap<>();
            of.forEach(epoch -> held.put(epoch, journal.covered(gateway, epoch)));
            receipts.add(new Receipt(gateway, clock.instant(), held, done.getOrDefault(gateway, List.of())));
        });
        return receipts;
    }

    /** The batches of one file, some at a time. */
    private final class Apply {
        private final String gateway;
        private final List<Arrival> group = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private long groupBytes;
        private long batches;
        private long fresh;
        private long known;

        Apply(String gateway) {
            this.gateway = gateway;
            epochs.putIfAbsent(gateway, new TreeSet<>());
        }

        void take(Batch batch) {
            batches++;
            switch (BatchRules.judge(gateway, batch, StickWriter.MAX_FRAME_BYTES, clock.instant())) {
                case Ruling.Fits fits -> {
                    group.add(fits.arrival());
                    groupBytes += fits.arrival().content().size();
                }
                case Ruling.Broken broken -> {
                    journal.setAside(gateway, batch.toByteString(), broken.rule(), clock.instant());
                    refused.add(broken.rule());
                }
            }
            if (group.size() == MAX_GROUP || groupBytes >= MAX_GROUP_BYTES) {
                append();
            }
        }

        Tally finish() {
            append();
            return new Tally(batches, fresh, known, refused);
        }

        private void append() {
            if (group.isEmpty()) {
                return;
            }
            List<AppendResult> results = journal.append(group);
            for (int i = 0; i < group.size(); i++) {
                long all = group.get(i).covers().size();
                long news = switch (results.get(i)) {
                    case AppendResult.Appended appended -> appended.fresh().size();
                    case AppendResult.Duplicate duplicate -> 0;
                };
                fresh += news;
                known += all - news;
                epochs.computeIfAbsent(gateway, key -> new TreeSet<>())
                        .add(group.get(i).epoch());
            }
            group.clear();
            groupBytes = 0;
        }
    }
}
