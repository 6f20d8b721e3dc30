package org.fieldward.edge.buffer.document;

/**
 * What the core says became of a document.
 *
 * @param mark grows with each ruling of the core
 * @param taken whether it took effect; else it waits at the core
 * @param detail element and rule, at most {@link #MAX_DETAIL} characters; empty where it was taken
 */
public record Ruling(long epoch, long sequence, long mark, boolean taken, String detail) {

    private static final int MAX_DETAIL = 500;

    public Ruling {
        detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }
}
