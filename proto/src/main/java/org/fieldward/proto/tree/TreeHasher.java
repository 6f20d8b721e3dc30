package org.fieldward.proto.tree;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/**
 * The two hashes of the tree (RFC 9162, section 2.1.1): {@code SHA-256(0x00 || entry)} for a leaf and {@code SHA-256(0x01
 * || left || right)} for a node. The prefixes keep a node from passing as a leaf. Not thread-safe: make one per thread.
 */
public final class TreeHasher {

    public static final int HASH_BYTES = 32;

    private final MessageDigest digest;

    public TreeHasher() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The root of the tree that has no leaf: the hash of nothing. */
    public byte[] empty() {
        return digest.digest();
    }

    public byte[] leaf(byte[] entry) {
        digest.update((byte) 0);
        return digest.digest(entry);
    }

    /** Both 32 bytes. */
    public byte[] node(byte[] left, byte[] right) {
        digest.update((byte) 1);
        digest.update(left);
        return digest.digest(right);
    }
}
