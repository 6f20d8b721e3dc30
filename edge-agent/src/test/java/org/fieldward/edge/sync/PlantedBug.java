package org.fieldward.edge.sync;

import java.util.EnumSet;
import java.util.Set;

/**
 * Mistakes that a store-and-forward path is known to be made with. The simulation plants them around the real buffer and
 * the real decider, and must notice each.
 */
enum PlantedBug {
    DELETE_BEFORE_CONFIRM("a record is forgotten when it was sent", Invariant.FORGETS_ONLY_WHAT_IS_HELD),
    SEQUENCE_REUSED(
            "after a restart the numbers go on behind the last record kept, not behind the last one given out",
            Invariant.SEQUENCE_GIVEN_ONCE),
    ACKNOWLEDGED_BEFORE_COMMIT(
            "the device is answered while its record still waits for the next commit",
            Invariant.SEQUENCE_GIVEN_ONCE,
            Invariant.EVERYTHING_ARRIVES,
            Invariant.ALARMS_FIRST),
    LAST_RECORD_LEFT_OUT("a batch claims one record more than is in it", Invariant.EVERYTHING_ARRIVES),
    NUMBERED_WITHOUT_GAPS("a batch numbers its records one after the other, also over a gap", Invariant.SAME_CONTENT),
    NO_WATCHDOG("a link that says nothing is waited for without end", Invariant.BACKLOG_DRAINS),
    FOREIGN_ACK_COUNTED(
            "the confirm of an earlier session's batch 3 counts for this session's batch 3",
            Invariant.FORGETS_ONLY_WHAT_IS_HELD),
    LIVE_CONFIRM_TAKEN_FOR_BACKLOG(
            "the confirm of a live batch also counts for the backlog's batches under way",
            Invariant.FORGETS_ONLY_WHAT_IS_HELD),
    BACKLOG_SKIPPED(
            "after a reconnect only what is stored from then on is sent",
            Invariant.BACKLOG_DRAINS,
            Invariant.ALARMS_FIRST),
    ALARM_BEHIND_READINGS("an alarm waits until no readings wait", Invariant.ALARMS_FIRST),
    RESENT_WHILE_UNDER_WAY("what waits for its confirm is read and sent again", Invariant.SENT_ONCE_A_SESSION),
    RETRY_WITHOUT_BACKOFF("the next call follows a failed one at once", Invariant.CALLS_SPACED),
    BACKOFF_RESET_BY_A_WELCOME(
            "a session that was welcomed, however short, makes the next failure the first", Invariant.CALLS_SPACED),
    ACK_BEFORE_JOURNAL("the core confirms what its journal has not committed", Invariant.FORGETS_ONLY_WHAT_IS_HELD),
    ACK_NAMES_ONE_TOO_MANY("the range of a confirm ends one too late", Invariant.FORGETS_ONLY_WHAT_IS_HELD),
    EPOCH_IGNORED(
            "the core takes the records of a new buffer file for repetitions of the old one's",
            Invariant.FORGETS_ONLY_WHAT_IS_HELD),
    COPY_KEEPS_EPOCH("a file that was copied goes on under the epoch of the other copy", Invariant.SEQUENCE_GIVEN_ONCE),
    COVERED_BEYOND_THE_TRUNK(
            "what the core holds of an epoch counts for all sequences of the file, also where a copy went on",
            Invariant.FORGETS_ONLY_WHAT_IS_HELD),
    EPOCH_OF_THE_SESSION(
            "what was stored before the last start is sent under the epoch of now", Invariant.SAME_CONTENT),
    REPETITION_JOURNALLED("a batch that comes again is journalled as if it were new", Invariant.APPLIED_ONCE),
    CURSOR_LOST("after a crash the core's follower begins at the journal's end", Invariant.EVERYTHING_ARRIVES),
    CURSOR_AFTER_RESULT(
            "the follower's cursor is saved after its result, and not in the same transaction", Invariant.APPLIED_ONCE),
    APPLIED_OUT_OF_ORDER("the follower takes the newest first", Invariant.APPLIED_IN_ORDER);

    private final String sentence;
    private final Set<Invariant> breaks;

    PlantedBug(String sentence, Invariant first, Invariant... more) {
        this.sentence = sentence;
        this.breaks = EnumSet.of(first, more);
    }

    String sentence() {
        return sentence;
    }

    /** By which of them it must be noticed, and by no other. */
    Set<Invariant> breaks() {
        return breaks;
    }
}
