package org.fieldward.proto.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * Roots and proofs of the RFC 9162 hash tree, made from the hashes of its complete subtrees. A tree of any later size can
 * still give the proofs of every earlier one. As thread-safe as its source is: it has no state of its own.
 */
public final class HashTree {

    private final HashSource source;

    public HashTree(HashSource source) {
        this.source = source;
    }

    /** A tree over leaf hashes at hand, for small trees and for checking larger ones. */
    public static HashTree of(List<byte[]> leafHashes) {
        return new HashTree(new Plain(List.copyOf(leafHashes)));
    }

    /** The root over the first {@code size} leaves (RFC 9162, section 2.1.1). */
    public byte[] root(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has no size " + size);
        }
        return size == 0 ? new TreeHasher().empty() : range(0, size, new TreeHasher());
    }

    /** What leads from a leaf to the root: siblings, the leaf's own first (RFC 9162, section 2.1.3.1). */
    public List<byte[]> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("leaf " + index + " is not in a tree of " + size);
        }
        var path = new ArrayList<byte[]>();
        inclusion(index, 0, size, new TreeHasher(), path);
        return path;
    }

    /** What shows that the tree of {@code first} leaves was only appended to (RFC 9162, section 2.1.4.1). */
    public List<byte[]> consistency(long first, long second) {
        if (first < 1 || first > second) {
            throw new IllegalArgumentException("nothing leads from size " + first + " to size " + second);
        }
        var path = new ArrayList<byte[]>();
        if (first < second) {
            consistency(first, 0, second, true, new TreeHasher(), path);
        }
        return path;
    }

    private void inclusion(long index, long start, long end, TreeHasher hasher, List<byte[]> path) {
        if (end - start == 1) {
            return;
        }
        long middle = middle(start, end);
        if (index < middle) {
            inclusion(index, start, middle, hasher, path);
            path.add(range(middle, end, hasher));
        } else {
            inclusion(index, middle, end, hasher, path);
            path.add(range(start, middle, hasher));
        }
    }

    private void consistency(
            long first, long start, long end, boolean rootIsKnown, TreeHasher hasher, List<byte[]> path) {
        if (first == end) {
            if (!rootIsKnown) {
                path.add(range(start, end, hasher));
            }
            return;
        }
        long middle = middle(start, end);
        if (first <= middle) {
            consistency(first, start, middle, rootIsKnown, hasher, path);
            path.add(range(middle, end, hasher));
        } else {
            consistency(first, middle, end, false, hasher, path);
            path.add(range(start, middle, hasher));
        }
    }

    private byte[] range(long start, long end, TreeHasher hasher) {
        long leaves = end - start;
        // Every range asked for starts at a multiple of the power of two it is cut into.
        if (Long.bitCount(leaves) == 1) {
            int level = Long.numberOfTrailingZeros(leaves);
            return source.hash(level, start >>> level);
        }
        long middle = middle(start, end);
        return hasher.node(range(start, middle, hasher), range(middle, end, hasher));
    }

    /** Cuts at the largest power of two that is smaller than the number of leaves. */
    private static long middle(long start, long end) {
        return start + Long.highestOneBit(end - start - 1);
    }

    private record Plain(List<byte[]> leafHashes) implements HashSource {
        @Override
        public byte[] hash(int level, long index) {
            return hash(level, index, new TreeHasher());
        }

        private byte[] hash(int level, long index, TreeHasher hasher) {
            return level == 0
                    ? leafHashes.get(Math.toIntExact(index))
                    : hasher.node(hash(level - 1, 2 * index, hasher), hash(level - 1, 2 * index + 1, hasher));
        }
    }
}
