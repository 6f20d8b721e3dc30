package org.fieldward.edge.ingest.packet;

/** Carries a violation out of the depth of a packet to {@link PacketReader}. Has no stack trace. */
final class Broken extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Inbound.Violation violation;

    private Broken(Inbound.Violation violation) {
        super(violation.rule(), null, false, false);
        this.violation = violation;
    }

    Inbound.Violation violation() {
        return violation;
    }

    static Broken of(Reason reason, String rule) {
        return new Broken(new Inbound.Violation(reason, rule));
    }

    static Broken malformed(String rule) {
        return of(Reason.MALFORMED_PACKET, rule);
    }

    static Broken protocol(String rule) {
        return of(Reason.PROTOCOL_ERROR, rule);
    }
}
