package org.fieldward.core.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public key that checks signed notes: Ed25519 with a name, written {@code name+id+base64}
 * (<a href="https://c2sp.org/signed-note">c2sp.org/signed-note</a>).
 */
public final class NoteKey {

    /** No spaces, which end a name, and no plus, which ends it in the written key. */
    private static final Pattern NAME = Pattern.compile("[^\\s\\p{Z}\\p{Cntrl}+]{1,200}");

    private static final Pattern WRITTEN = Pattern.compile("([^+]+)\\+([0-9a-f]{8})\\+(\\S+)");
    private static final byte ED25519 = 1;
    private static final int KEY_BYTES = 32;

    /** What the JDK puts before the 32 bytes of an Ed25519 key (RFC 8410, section 4). */
    private static final byte[] ENCODING_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final byte[] raw;
    private final PublicKey key;

    private NoteKey(String name, byte[] raw, PublicKey key) {
        this.name = name;
        this.raw = raw;
        this.key = key;
    }

    public static NoteKey of(String name, PublicKey key) {
        byte[] encoded = key.getEncoded();
        int prefix = ENCODING_PREFIX.length;
        if (encoded.length != prefix + KEY_BYTES || !Arrays.equals(encoded, 0, prefix, ENCODING_PREFIX, 0, prefix)) {
            throw new LedgerException("a log key must be Ed25519, was " + key.getAlgorithm());
        }
        return new NoteKey(checkedName(name), Arrays.copyOfRange(encoded, prefix, encoded.length), key);
    }

    /** Reads a key as written, such as {@code example.org/ward-log+1a2b3c4d+AQ...}. */
    public static NoteKey parse(String text) {
        Matcher matcher = WRITTEN.matcher(text.strip());
        if (!matcher.matches()) {
            throw new LedgerException("a log key must be written name+id+base64");
        }
        byte[] typed = Base64Text.decode(matcher.group(3));
        if (typed.length != 1 + KEY_BYTES || typed[0] != ED25519) {
            throw new LedgerException("a log key must be Ed25519 (type 1, 32 bytes)");
        }
        byte[] raw = Arrays.copyOfRange(typed, 1, typed.length);
        var key = new NoteKey(checkedName(matcher.group(1)), raw, decoded(raw));
        if (!HexFormat.of().formatHex(key.id()).equals(matcher.group(2))) {
            throw new LedgerException("the id in a log key must be that of its name and key");
        }
        return key;
    }

    /** A log is named by its origin, and its key by the same name. */
    static String checkedName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new LedgerException("a log's origin must have no spaces and no plus, and 1 to 200 characters");
        }
        return name;
    }

    public String name() {
        return name;
    }

    /** What {@link #parse} reads. */
    public String text() {
        byte[] typed = ByteBuffer.allocate(1 + raw.length).put(ED25519).put(raw).array();
        return name + "+" + HexFormat.of().formatHex(id()) + "+" + Base64Text.encode(typed);
    }

    /** The first four bytes of a hash over name, type and key: which key to check with, not a proof of anything. */
    byte[] id() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(ED25519);
            return Arrays.copyOf(digest.digest(raw), 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    boolean verifies(byte[] text, byte[] signature) {
        try {
            var check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(text);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            // The JDK throws for a signature of the wrong length or outside the group: refused like any other.
            return false;
        }
    }

    private static PublicKey decoded(byte[] raw) {
        byte[] encoded = ByteBuffer.allocate(ENCODING_PREFIX.length + raw.length)
                .put(ENCODING_PREFIX)
                .put(raw)
                .array();
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new LedgerException("the log key is no Ed25519 key", e);
        }
    }
}
