package org.fieldward.simulator.fleet;

/**
 * How far a fleet has come.
 *
 * @param sent messages, each counted once
 * @param resent further attempts
 * @param acked messages that the gateway took responsibility for
 * @param unacknowledged messages sent and still without an answer
 * @param connected devices with a connection now
 * @param done devices that have said everything
 * @param connects successful connections since the start
 */
public record FleetProgress(
        long sent, long resent, long acked, long unacknowledged, int connected, int done, long connects) {

    static final FleetProgress NOTHING = new FleetProgress(0, 0, 0, 0, 0, 0, 0);

    FleetProgress plus(FleetProgress other) {
        return new FleetProgress(
                sent + other.sent,
                resent + other.resent,
                acked + other.acked,
                unacknowledged + other.unacknowledged,
                connected + other.connected,
                done + other.done,
                connects + other.connects);
    }
}
