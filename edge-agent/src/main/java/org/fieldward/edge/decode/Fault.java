package org.fieldward.edge.decode;

import org.fieldward.edge.buffer.RejectReason;

/** Carries a refusal out of the depth of a parser to {@link Decoder}, which turns it into a value. Has no stack trace. */
public final class Fault extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final int MAX_ECHO = 60;

    private final RejectReason reason;
    private final String detail;

    public Fault(RejectReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    public RejectReason reason() {
        return reason;
    }

    public String detail() {
        return detail;
    }

    public static Fault unreadable(String detail) {
        return new Fault(RejectReason.UNREADABLE, detail);
    }

    public static Fault missing(String detail) {
        return new Fault(RejectReason.MISSING_FIELD, detail);
    }

    public static Fault invalid(String detail) {
        return new Fault(RejectReason.INVALID_FIELD, detail);
    }

    /** What a device sent, fit to be shown: printable, short, quoted. */
    public static String echo(String text) {
        var shown = new StringBuilder("'");
        for (int i = 0; i < text.length() && i < MAX_ECHO; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return shown.append(text.length() > MAX_ECHO ? "...'" : "'").toString();
    }
}
