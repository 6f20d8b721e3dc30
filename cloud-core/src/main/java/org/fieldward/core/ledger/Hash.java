package org.fieldward.core.ledger;

import java.util.Arrays;
import java.util.HexFormat;
import org.fieldward.proto.tree.TreeHasher;

/** A SHA-256 hash: 32 bytes, compared by value. */
public final class Hash {

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Hash of(byte[] bytes) {
        if (bytes.length != TreeHasher.HASH_BYTES) {
            throw new LedgerException("a hash must be 32 bytes, was " + bytes.length);
        }
        return new Hash(bytes.clone());
    }

    /** Reads 44 characters of base64 (RFC 4648, section 4). */
    public static Hash fromBase64(String text) {
        return of(Base64Text.decode(text));
    }

    /** Reads 64 hexadecimal digits, with or without {@code 0x}. */
    public static Hash fromHex(String text) {
        try {
            return of(HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text));
        } catch (IllegalArgumentException e) {
            throw new LedgerException("a hash must be 64 hexadecimal digits", e);
        }
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public String base64() {
        return Base64Text.encode(bytes);
    }

    /** With {@code 0x} in front, as chains write it. */
    public String hex() {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
