package org.fieldward.edge.decode;

import org.fieldward.edge.buffer.RejectReason;

/** Carries a refusal out of the depth of a parser to {@link Decoder}, which turns it into a value. Has no stack trace. */
public final class Fault extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final int MAX_ECHO = 60;
    private static final int MAX_DETAIL = 500;

    private final RejectReason reason;
    private final String detail;

    /** @param detail may name a field as the device wrote it: what cannot be shown is replaced */
    public Fault(RejectReason reason, String detail) {
        super(null, null, false, false);
        this.reason = reason;
        this.detail = shown(detail);
    }

    /** It goes back to the device in a packet of MQTT and to the operator's terminal, and both forbid control characters. */
    private static String shown(String detail) {
        var shown = new StringBuilder(Math.min(detail.length(), MAX_DETAIL) + 3);
        for (int i = 0; i < detail.length() && i < MAX_DETAIL; i++) {
            char c = detail.charAt(i);
            shown.append(isPrintable(c) || (Character.isLetter(c) && !Character.isSurrogate(c)) ? c : '?');
        }
        return shown.append(detail.length() > MAX_DETAIL ? "..." : "").toString();
    }

    private static boolean isPrintable(char c) {
        return c >= ' ' && c <= '~';
    }

    public RejectReason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return detail;
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
            shown.append(isPrintable(c) ? c : '?');
        }
        return shown.append(text.length() > MAX_ECHO ? "...'" : "'").toString();
    }
}
