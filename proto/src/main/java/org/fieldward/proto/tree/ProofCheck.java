package org.fieldward.proto.tree;

import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;

/** Checks proofs, trusting nothing about them: any sizes, any number of hashes of any length. Pure. */
public final class ProofCheck {

    private ProofCheck() {}

    /** Whether the leaf stands at this index under this root (RFC 9162, section 2.1.3.2). */
    public static boolean inclusion(byte[] leafHash, long index, long size, List<byte[]> proof, byte[] root) {
        if (index < 0
                || index >= size
                || wrongLength(leafHash)
                || proof.stream().anyMatch(ProofCheck::wrongLength)) {
            return false;
        }
        var hasher = new TreeHasher();
        byte[] hash = leafHash;
        long node = index;
        long last = size - 1;
        for (byte[] sibling : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = hasher.node(sibling, hash);
                int up = levelsWithoutSibling(node);
                node >>>= up;
                last >>>= up;
            } else {
                hash = hasher.node(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && MessageDigest.isEqual(hash, root);
    }

    /**
     * Whether the second tree starts with all leaves of the first (RFC 9162, section 2.1.4.2). Refused for a first tree
     * without leaves: everything would follow from nothing.
     */
    public static boolean consistency(
            long firstSize, byte[] firstRoot, long secondSize, byte[] secondRoot, List<byte[]> proof) {
        if (firstSize < 1 || firstSize > secondSize || proof.stream().anyMatch(ProofCheck::wrongLength)) {
            return false;
        }
        if (firstSize == secondSize) {
            return proof.isEmpty() && MessageDigest.isEqual(firstRoot, secondRoot);
        }
        Iterator<byte[]> rest = proof.iterator();
        long node = firstSize - 1;
        long last = secondSize - 1;
        int up = Long.numberOfTrailingZeros(~node);
        node >>>= up;
        last >>>= up;
        // A first tree that is complete is itself the start of the way up, so the proof leaves it out.
        boolean complete = Long.bitCount(firstSize) == 1;
        if (!complete && !rest.hasNext()) {
            return false;
        }
        byte[] start = complete ? firstRoot : rest.next();
        return climb(start, node, last, rest, firstRoot, secondRoot);
    }

    private static boolean climb(
            byte[] start, long node, long last, Iterator<byte[]> rest, byte[] firstRoot, byte[] secondRoot) {
        if (wrongLength(start)) {
            return false;
        }
        var hasher = new TreeHasher();
        byte[] first = start;
        byte[] second = start;
        while (rest.hasNext()) {
            byte[] sibling = rest.next();
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                first = hasher.node(sibling, first);
                second = hasher.node(sibling, second);
                int up = levelsWithoutSibling(node);
                node >>>= up;
                last >>>= up;
            } else {
                second = hasher.node(second, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && MessageDigest.isEqual(first, firstRoot) && MessageDigest.isEqual(second, secondRoot);
    }

    /** At the right edge a node may rise several levels before it meets a sibling on its left. */
    private static int levelsWithoutSibling(long node) {
        return node == 0 ? 0 : Long.numberOfTrailingZeros(node);
    }

    private static boolean wrongLength(byte[] hash) {
        return hash.length != TreeHasher.HASH_BYTES;
    }
}
