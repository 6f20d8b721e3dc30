package org.fieldward.edge.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/** A way to the core, whatever carries it. Sessions are numbered by the caller; several may overlap while one dies. */
public interface CloudLink extends AutoCloseable {

    /**
     * Begins a session and returns at once. The listener hears what becomes of it, from any thread, and never anything
     * after {@code ended}.
     */
    Session connect(Hello hello, Listener listener);

    /** Ends every session and waits for its threads. */
    @Override
    void close();

    /** For one thread. Sending into a session that ended does nothing. */
    interface Session {

        /**
         * Returns how many bytes the batch has on the link.
         *
         * @param number counts up within the session
         */
        long send(long number, Slice slice, boolean late);

        void heartbeat(Pulse pulse);

        /** Ends it now, whatever is under way. */
        void hangup();
    }

    interface Listener {

        void welcomed(Welcome welcome);

        /** These are durable at the core. */
        void confirmed(long epoch, SequenceSet sequences);

        void refused(Refused refused);

        /** What the core thought of records that it has. */
        void judged(Verdicts verdicts);

        /** What became of documents; told again in the next session until it is kept. */
        void ruled(List<Ruling> rulings);

        void coreSaid(Instant now);

        /** The session is over. */
        void ended(String why);
    }

    /**
     * @param session grows with every session of this gateway
     * @param documentsMark of the newest ruling about a document that is kept here
     * @param firstUnconfirmed the lowest sequence still kept, or {@code nextSequence} if there is none
     */
    record Hello(
            String gateway,
            long session,
            Lives lives,
            long firstUnconfirmed,
            long nextSequence,
            String software,
            ClockReading clock,
            long documentsMark) {}

    /** @param boot random per start of the agent */
    record ClockReading(Instant now, long tickMillis, long boot, ClockState state) {}

    /**
     * @param covered what the core already holds, by epoch
     * @param window how many batches may be under way
     * @param protocol the version that the core chose
     * @param copy another copy of this buffer has spoken to the core
     */
    record Welcome(
            Map<Long, SequenceSet> covered,
            Instant coreNow,
            Duration heartbeat,
            int window,
            int protocol,
            boolean copy) {
        public Welcome {
            covered = Map.copyOf(covered);
        }
    }

    /** @param retryAfter when to try again, if the core said */
    record Refused(String reason, String detail, Optional<Duration> retryAfter) {}

    /** Counts of records, by the core's word for why. */
    record Verdicts(long accepted, Map<String, Long> quarantined) {
        public Verdicts {
            quarantined = Map.copyOf(quarantined);
        }
    }

    /** How the gateway is. */
    record Pulse(
            ClockReading clock,
            Map<Lane, Long> backlog,
            Duration oldestAge,
            long diskUsed,
            long diskAllowed,
            int devices,
            long rejected) {
        public Pulse {
            backlog = Map.copyOf(backlog);
        }
    }
}
