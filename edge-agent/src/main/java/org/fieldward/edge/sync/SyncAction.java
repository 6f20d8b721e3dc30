package org.fieldward.edge.sync;

import java.util.ArrayList;
import java.util.List;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** What the uplink does next. */
public sealed interface SyncAction {

    record Nothing() implements SyncAction {}

    record Connect(long session) implements SyncAction {}

    /** End this session, whatever TCP says about it. */
    record Hangup(long session) implements SyncAction {}

    /** Read so many records from the buffer and send them; answered with Sent or NothingThere at once. */
    record Send(Source source, SequenceRange within, SequenceSet excluding, int max) implements SyncAction {}

    /**
     * Where records come from.
     *
     * @param late true for the backlog, false for what was just stored
     */
    record Source(Lane lane, boolean late) {

        static final List<Source> ORDER = order();

        /**
         * Live goes before late, except that an alarm that waited out an outage still goes before any reading, and that
         * waveforms come last of all: they are so many that whatever waits behind them would wait for ever.
         */
        private static List<Source> order() {
            var order = new ArrayList<Source>();
            for (Lane urgent : List.of(Lane.ALARM, Lane.EVENT)) {
                order.add(new Source(urgent, false));
                order.add(new Source(urgent, true));
            }
            for (boolean late : new boolean[] {false, true}) {
                order.add(new Source(Lane.VITAL, late));
                order.add(new Source(Lane.TREND, late));
            }
            order.add(new Source(Lane.WAVEFORM, false));
            order.add(new Source(Lane.WAVEFORM, true));
            return List.copyOf(order);
        }
    }
}
