package org.fieldward.proto.tree;

/** Gives the hashes of complete subtrees, from which every root and proof is made. */
@FunctionalInterface
public interface HashSource {

    /**
     * The hash over the leaves from {@code index << level} to {@code (index + 1) << level}, the last one excluded.
     *
     * @param level 0 for the leaf hashes themselves
     * @return 32 bytes
     */
    byte[] hash(int level, long index);
}
