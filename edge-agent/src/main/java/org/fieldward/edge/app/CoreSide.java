package org.fieldward.edge.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.CommitListener;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.identity.GatewayIdentity;
import org.fieldward.edge.identity.PinnedTrust;
import org.fieldward.edge.sync.GrpcChannels;
import org.fieldward.edge.sync.GrpcCloudLink;
import org.fieldward.edge.sync.GrpcEnrolment;
import org.fieldward.edge.sync.SyncSettings;
import org.fieldward.edge.sync.SyncStatus;
import org.fieldward.edge.sync.Uplink;
import org.fieldward.proto.batch.Sequenced;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that talks to the core: the uplink, and the renewal of the certificate it uses. */
final class CoreSide implements CommitListener, AutoCloseable {

    static final SyncStatus NO_LINK = new SyncStatus(
            SyncStatus.Link.NONE,
            0,
            Optional.empty(),
            0,
            0,
            Map.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            0);

    private static final Logger LOG = LoggerFactory.getLogger(CoreSide.class);

    private static final long LOOK_SECONDS = 60;
    private static final Duration RETRY = Duration.ofHours(1);

    private final GatewayIdentity identity;
    private final Wall wall;
    private final GrpcChannels channels;
    private final GrpcCloudLink link;
    private final Function<SyncSettings, Uplink> uplinks;
    private volatile Uplink uplink;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("renewal").factory());

    /** By the monotonic clock; only for the thread of renewal. */
    private OptionalLong failedAt = OptionalLong.empty();

    record Parts(
            SqliteReadingBuffer buffer,
            BufferWriter writer,
            DataDirectory data,
            Wall wall,
            Build build,
            Centre centre) {}

    CoreSide(
            Settings settings,
            GrpcChannels.CoreAddress address,
            GatewayIdentity identity,
            Parts parts,
            Supplier<Uplink.Health> health) {
        this.identity = identity;
        wall = parts.wall();
        var trust = PinnedTrust.authority(identity.authority().orElseThrow(), wall::certain);
        channels = new GrpcChannels(address, trust, identity::credential);
        link = new GrpcCloudLink(channels, parts.centre());
        var about = new Uplink.About(
                identity.gateway().orElseThrow(),
                parts.build().version(),
                () -> parts.data().nextSession(wall.now().toEpochMilli()),
                wall::read,
                wall.clock(),
                health,
                parts.buffer().documents()::mark);
        uplinks = sync -> new Uplink(
                sync,
                parts.buffer(),
                parts.writer(),
                link,
                about,
                () -> ThreadLocalRandom.current().nextDouble());
        uplink = uplinks.apply(settings.sync());
    }

    void start() {
        uplink.start();
        renewal.scheduleWithFixedDelay(this::renewIfDue, LOOK_SECONDS / 6, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the session and begins another by these; devices notice nothing, and what is not confirmed waits in the buffer. */
    synchronized void obey(SyncSettings sync) {
        uplink.close();
        uplink = uplinks.apply(sync);
        uplink.start();
    }

    @Override
    public void committed(List<Sequenced> entries) {
        uplink.committed(entries);
    }

    Uplink uplink() {
        return uplink;
    }

    private void renewIfDue() {
        Instant now = wall.now();
        // With an expired one there is no session: as soon as the core can be reached it must be renewed.
        boolean mayTry = failedAt.isEmpty()
                || identity.isExpired(now)
                || wall.tickMillis() - failedAt.getAsLong() >= RETRY.toMillis();
        if (!identity.isRenewalDue(now) || !mayTry) {
            return;
        }
        try {
            identity.renew(new GrpcEnrolment(channels));
            failedAt = OptionalLong.empty();
            LOG.info("the gateway's certificate was renewed; the next session uses it");
        } catch (RuntimeException e) {
            // Whatever it was: the executor would never call again.
            if (failedAt.isEmpty()) {
                LOG.warn(
                        "the gateway's certificate is due for renewal, which failed and is tried again, each hour or, once"
                                + " it has expired, each minute: {}",
                        e.getMessage());
            }
            failedAt = OptionalLong.of(wall.tickMillis());
        }
    }

    @Override
    public synchronized void close() {
        renewal.shutdownNow();
        uplink.close();
        link.close();
    }
}
