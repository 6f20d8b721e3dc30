package org.fieldward.edge.app;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.clinic.page.GatewayFacts;
import org.fieldward.edge.sync.SyncStatus;
import org.fieldward.proto.reading.Lane;

/** How the gateway is, as the ward's page shows it. */
final class Facts {

    private Facts() {}

    static GatewayFacts of(Wall wall, Build build, Optional<String> name, SyncStatus link, SqliteReadingBuffer buffer) {
        long waiting = 0;
        Optional<Instant> oldest = Optional.empty();
        for (Lane lane : Lane.values()) {
            ReadingBuffer.Backlog backlog = buffer.backlog(lane);
            waiting += backlog.records();
            oldest = Stream.concat(oldest.stream(), backlog.oldest().stream()).min(Comparator.naturalOrder());
        }
        ReadingBuffer.Usage usage = buffer.usage();
        return new GatewayFacts(
                wall.now(),
                build.version(),
                name,
                wall.state().name().toLowerCase(Locale.ROOT),
                new GatewayFacts.Link(
                        link.link().name().toLowerCase(Locale.ROOT),
                        link.lastConfirmedAt(),
                        link.problem(),
                        waiting,
                        oldest,
                        link.held(),
                        link.caughtUpIn()),
                new GatewayFacts.Disk(
                        usage.bytesUsed(), usage.bytesAllowed(), buffer.damage(), buffer.isDiskFull(), buffer.lost()));
    }
}
