package org.fieldward.core.ledger;

import java.util.Base64;

/** Base64 as signed notes want it: one spelling per value (RFC 4648, section 4). */
final class Base64Text {

    private Base64Text() {}

    static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new LedgerException("not base64", e);
        }
        // The JDK ignores spare bits at the end; then a changed file could still pass.
        if (!encode(bytes).equals(text)) {
            throw new LedgerException("not base64 in its one spelling");
        }
        return bytes;
    }
}
