package org.fieldward.edge.clock;

/**
 * What one message told about its device's clock.
 *
 * @param saidMillis the newest that the device's clock said, since 1970
 * @param lagMillis by how much the gateway's clock was ahead of that when the message arrived; a delay makes it larger
 *     than the clock's error, never smaller
 * @param isPair whether the device said what its clock showed while it sent; else it is when it measured
 * @param tickMillis the gateway's monotonic clock at arrival
 */
record Evidence(long saidMillis, long lagMillis, boolean isPair, long tickMillis) {}
