package org.fieldward.edge.buffer;

import java.time.Duration;

/**
 * How much the buffer may hold and how it groups commits.
 *
 * @param maxBytes for everything but the reserve; beyond it a store is answered {@code Full}
 * @param waveformPercent of {@code maxBytes}, for waveforms at most
 * @param reserveBytes on top of it, for alarms and events only
 * @param quarantineBytes for payloads nobody could read
 * @param linger how long a commit waits for company; zero commits at once
 * @param maxGroup entries in one commit
 */
public record BufferSettings(
        long maxBytes, int waveformPercent, long reserveBytes, long quarantineBytes, Duration linger, int maxGroup) {

    public static final BufferSettings DEFAULT =
            new BufferSettings(4L << 30, 40, 64L << 20, 64L << 20, Duration.ZERO, 8192);

    public BufferSettings {
        if (maxBytes < 1_000_000) {
            throw new IllegalArgumentException("buffer.max-bytes must be at least 1000000, was " + maxBytes);
        }
        if (waveformPercent < 0 || waveformPercent > 90) {
            throw new IllegalArgumentException("buffer.waveform-percent must be 0 to 90, was " + waveformPercent);
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("buffer.reserve-bytes must not be negative, was " + reserveBytes);
        }
        if (quarantineBytes < 0) {
            throw new IllegalArgumentException("buffer.quarantine-bytes must not be negative, was " + quarantineBytes);
        }
        if (linger.isNegative() || linger.compareTo(Duration.ofMillis(100)) > 0) {
            throw new IllegalArgumentException("buffer.linger must be 0ms to 100ms, was " + linger.toMillis() + "ms");
        }
        if (maxGroup < 1 || maxGroup > 100_000) {
            throw new IllegalArgumentException("buffer.max-group must be 1 to 100000, was " + maxGroup);
        }
    }
}
