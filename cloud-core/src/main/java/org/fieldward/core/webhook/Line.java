package org.fieldward.core.webhook;

import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import org.fieldward.core.webhook.hl7.Acknowledgement;
import org.fieldward.core.webhook.hl7.Hl7Exception;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.mllp.MllpDoor;
import org.fieldward.core.webhook.source.Proof;
import org.fieldward.core.webhook.source.Shown.ClientCertificate;
import org.fieldward.core.webhook.source.Source;
import org.fieldward.core.webhook.source.Sources;

/**
 * Messages over MLLP, whose source is found by MSH-3 and MSH-4 and must show its certificate or come from one of its
 * addresses. Acknowledges after the message is stored. Thread-safe.
 */
public final class Line implements MllpDoor.Answering {

    private final Sources sources;
    private final Reception reception;
    private final Trail trail;
    private final InstantSource clock;

    public Line(Sources sources, Reception reception, Trail trail, InstantSource clock) {
        this.sources = sources;
        this.reception = reception;
        this.trail = trail;
        this.clock = clock;
    }

    @Override
    public String answer(byte[] bytes, InetAddress from, Optional<ClientCertificate> certificate) {
        Message message;
        try {
            message = Message.read(bytes);
        } catch (Hl7Exception e) {
            return refuse(Optional.empty(), Acknowledgement.Code.AR, e.place(), e.rule());
        }
        Optional<Message> read = Optional.of(message);
        Optional<Source> source = sources.bySender(
                        message.header().text(3), message.header().text(4))
                .filter(known -> isShown(known, from, certificate));
        if (source.isEmpty()) {
            trail.refused(Optional.empty(), from.getHostAddress());
            return refuse(read, Acknowledgement.Code.AR, "MSH-3", "must name a source that may send from there");
        }
        Optional<String> facility = facility(source.get(), message);
        if (facility.isEmpty()) {
            trail.refused(source, from.getHostAddress());
            return refuse(read, Acknowledgement.Code.AR, "MSH-4", "must name one of the source's facilities");
        }
        if (!sources.mayEnter(source.get())) {
            trail.refused(source, from.getHostAddress());
            return refuse(read, Acknowledgement.Code.AR, "", "the source sends too much, send it again later");
        }
        String address = from.getHostAddress();
        Received received = reception.take(
                new Delivery(
                        source.get(), facility.get(), Optional.empty(), Optional.empty(), ByteString.copyFrom(bytes)),
                trail.of(source.get(), address));
        trail.took(source.get(), address, received);
        return WebhookServlet.acknowledgement(received, clock);
    }

    @Override
    public String tooLong() {
        return refuse(
                Optional.empty(),
                Acknowledgement.Code.AR,
                "message",
                "must be at most " + Message.MAX_BYTES + " bytes");
    }

    private static boolean isShown(Source source, InetAddress from, Optional<ClientCertificate> certificate) {
        boolean here = source.addresses().contains(from.getHostAddress());
        boolean certified = source.proofs().stream()
                .filter(Proof.Certificate.class::isInstance)
                .map(Proof.Certificate.class::cast)
                .flatMap(proof -> proof.names().stream())
                .anyMatch(name -> certificate
                        .filter(seen -> Proof.isSame(name, seen.fingerprint()) || Proof.isSame(name, seen.subject()))
                        .isPresent());
        return here || certified;
    }

    /** The only one it may speak for, or the one that MSH-4 names. */
    private static Optional<String> facility(Source source, Message message) {
        String said = message.header().text(4);
        if (!said.isEmpty() && source.speaksFor(said)) {
            return Optional.of(said);
        }
        return source.facilities().size() == 1 && !source.facilities().contains("*")
                ? source.facilities().stream().findFirst()
                : Optional.empty();
    }

    private String refuse(Optional<Message> message, Acknowledgement.Code code, String place, String rule) {
        return new Acknowledgement(code, place, rule).write(message, clock.instant(), "FW" + clock.millis());
    }
}
