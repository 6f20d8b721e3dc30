package org.fieldward.edge.app;

import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.alarm.AlarmWatch;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.sync.SyncStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the centre's settings, on the centre's thread.
 *
 * @param anew ends the agent in order and begins it again
 */
record Obedience(AlarmWatch alarms, Optional<CoreSide> core, ReadingBuffer buffer, Runnable anew)
        implements Centre.Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Obedience.class);

    @Override
    public void obey(Settings next, Settable how) {
        LOG.info("other settings begin to hold: {}", how);
        if (how == Settable.BY_A_NEW_START) {
            anew.run();
            return;
        }
        alarms.obey(next.alarm());
        if (how == Settable.BY_A_NEW_SESSION) {
            core.ifPresent(side -> side.obey(next.sync()));
        }
    }

    @Override
    public OptionalLong session() {
        SyncStatus link = core.map(side -> side.uplink().status()).orElse(CoreSide.NO_LINK);
        boolean moves = link.held() || link.confirmed() > 0 || !buffer.hasBacklog();
        return link.link() == SyncStatus.Link.UP && moves ? OptionalLong.of(link.session()) : OptionalLong.empty();
    }

    @Override
    public ReadingBuffer.Usage usage() {
        return buffer.usage();
    }
}
