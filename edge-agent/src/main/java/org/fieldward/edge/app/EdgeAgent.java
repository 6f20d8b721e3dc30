package org.fieldward.edge.app;

import com.google.protobuf.ByteString;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.fieldward.edge.alarm.AlarmWatch;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.sqlite.Salvage;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.clinic.DeviceView;
import org.fieldward.edge.clinic.Now;
import org.fieldward.edge.clinic.Urgency;
import org.fieldward.edge.clinic.WardWatch;
import org.fieldward.edge.clinic.page.ClinicPage;
import org.fieldward.edge.clinic.page.ClinicView;
import org.fieldward.edge.clinic.page.GatewayFacts;
import org.fieldward.edge.clock.ClockFile;
import org.fieldward.edge.clock.DeviceClocks;
import org.fieldward.edge.heap.YoungGeneration;
import org.fieldward.edge.identity.GatewayIdentity;
import org.fieldward.edge.ingest.Formats;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.MedtechSettings;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.edge.ingest.access.Accounts;
import org.fieldward.edge.ingest.access.Doorkeeper;
import org.fieldward.edge.ingest.access.WardDoorkeeper;
import org.fieldward.edge.ingest.broker.BrokerSubscriber;
import org.fieldward.edge.ingest.door.DoorSettings;
import org.fieldward.edge.ingest.door.MqttDoor;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.edge.ingest.session.sqlite.Moments;
import org.fieldward.edge.ingest.session.sqlite.SqliteSessionJournal;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.edge.seal.SealKey;
import org.fieldward.edge.stick.StickDesk;
import org.fieldward.edge.sync.SyncStatus;
import org.fieldward.edge.sync.Uplink;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole agent, put together by hand in the order a reading meets it. Closing waits, last started first. */
public final class EdgeAgent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeAgent.class);

    private static final int MAX_RETAINED_TOPICS = 20_000;

    private final Build build = Build.read();
    private final SecureRandom random = new SecureRandom();
    private final Wall wall = new Wall(random.nextLong(), build.built());
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final Settings local;
    private final Settings settings;
    private final Centre centre;
    private final DataDirectory data;
    private final GatewayIdentity identity;
    private final SqliteReadingBuffer buffer;
    private final BufferWriter writer;
    private final Salvage salvage;
    private final Listeners listeners = new Listeners();
    private final Vertx vertx;
    private final LocalTopics topics = new LocalTopics(MAX_RETAINED_TOPICS);
    private final Rejects rejects = new Rejects();
    private final SessionJournal sessions;
    private final ClockFile clockFile;
    private final DeviceClocks clocks;
    private final MqttDoor door;
    private final Optional<BrokerSubscriber> broker;
    private final AlarmWatch alarms;
    private final WardWatch ward;
    private final Recording recording;
    private final Optional<ClinicPage> clinic;
    private final Optional<CoreSide> core;
    private final Quarantine quarantine;
    private final StickDesk stick;
    private final StatusFile statusFile;
    private final Requests requests;
    private final ScheduledExecutorService everySecond = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("status").factory());
    private volatile StatusFile.Ports ports = StatusFile.Ports.NONE;
    private final YoungGeneration young = new YoungGeneration(System::gc);
    private long confirmedBefore;

    /**
     * Returns when devices can connect. If it does not come so far with settings of the centre that are on trial, they are
     * given up and it begins without them.
     */
    public static EdgeAgent begin(Settings local) {
        DataDirectory data = DataDirectory.hold(local.data())
                .orElseThrow(() -> new AgentException("another agent is running on " + local.data()));
        AutoCloseable open = data;
        try {
            var agent = new EdgeAgent(local, data);
            open = agent;
            return agent.start();
        } catch (RuntimeException e) {
            boolean wasOnTrial = Centre.rollBack(local, "the gateway did not begin with it: " + e.getMessage());
            close(open);
            if (!wasOnTrial) {
                throw e;
            }
            LOG.error("the agent did not begin with the centre's settings and goes back", e);
            return begin(local);
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("what had begun did not end: {}", e.toString());
        }
    }

    /** Opens files and makes what is missing; nothing listens yet. */
    private EdgeAgent(Settings local, DataDirectory data) {
        this.local = local;
        this.data = data;
        centre = new Centre(local, wall);
        settings = centre.effective();
        var formats = Formats.of(settings.mappings(), MedtechSettings.of(settings.values(), settings.home()));
        var maker = new CertificateMaker(random);
        identity = new GatewayIdentity(settings.data().resolve("identity"), maker);
        InstantSource clock = wall::now;
        buffer = SqliteReadingBuffer.open(settings.data(), settings.buffer(), random, clock);
        buffer.damage().ifPresent(report -> LOG.error("the buffer was damaged: {}", report));
        writer = new BufferWriter(buffer, settings.buffer(), listeners, ended::completeExceptionally);

        var stamper = new Stamper(wall::arrival, wall::tickMillis);
        DoorSettings doorSettings = Certificates.door(settings, maker, wall, build);
        vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false))
                .setEventLoopPoolSize(doorSettings.eventLoops())
                .setWorkerPoolSize(4));
        var accounts = new Accounts(new AccountFile(doorSettings.accounts()), random);
        clockFile = new ClockFile(settings.data());
        clocks = new DeviceClocks(settings.clock(), clockFile.known());
        var intake = new Intake(
                formats.decoder(), formats.sparkplug(), writer, stamper, rejects, topics::publish, clocks::putRight);
        var doorkeeper = new WardDoorkeeper(
                accounts,
                Certificates.ofClients(doorSettings, wall),
                task -> vertx.executeBlocking(() -> {
                    task.run();
                    return null;
                }),
                wall::tickMillis,
                formats.mappings()::format);
        var moments = new Moments(clock, wall::tickMillis, build.built());
        sessions = new SqliteSessionJournal(
                settings.data(), SealKey.read(settings.data()).seal("sessions", random), moments);
        door = new MqttDoor(
                vertx, doorSettings, Runtime.getRuntime().maxMemory(), doorkeeper, intake, topics, sessions);
        broker = settings.broker().map(from -> new BrokerSubscriber(from, intake, random));
        core = settings.core()
                .filter(address -> identity.credential().isPresent())
                .map(address -> new CoreSide(
                        settings,
                        address,
                        identity,
                        new CoreSide.Parts(buffer, writer, data, wall, build, centre),
                        this::health));
        DeviceId own = new DeviceId(identity.gateway().filter(DeviceId::isValid).orElse("gateway"));
        alarms = new AlarmWatch(
                settings.alarm(),
                new AlarmWatch.Gateway(own, this::linkMoves, this::diskPercent),
                buffer.activeAlarms(),
                writer,
                change -> StatusFile.show(change, topics),
                () -> stamper.get().stamp(Optional.empty()));
        listeners.add(alarms);
        ward = new WardWatch(topics, settings.alarm().lateAfter(), () -> new Now(wall.now(), wall.tickMillis()));
        listeners.add(ward);
        var parts = new Recording.Parts(
                writer, buffer.documents(), () -> stamper.get().stamp(Optional.empty()), own, clock);
        recording = new Recording(settings, doorSettings, vertx, parts, () -> status().isTooOldForDocuments());
        clinic = clinicPage(doorSettings, doorkeeper);
        core.ifPresent(listeners::add);
        salvage = new Salvage(
                settings.data(),
                buffer,
                writer,
                () -> core.ifPresent(side -> side.uplink().salvaged()));
        quarantine = new Quarantine(buffer, writer, formats, stamper);
        stick = new StickDesk(
                buffer,
                writer,
                () -> stamper.get().stamp(Optional.empty()),
                identity.credential(),
                below -> core.map(side -> side.uplink().carried(below)).orElse(below));
        statusFile = new StatusFile(settings.data());
        requests = new Requests(settings.data());
    }

    private EdgeAgent start() {
        alarms.start();
        ward.start();
        centre.start(
                new Obedience(alarms, core, buffer, () -> ended.complete(null)),
                SealKey.read(settings.data()).seal("roster", random));
        core.ifPresent(CoreSide::start);
        if (core.isEmpty()) {
            LOG.info(
                    settings.core().isEmpty()
                            ? "no core.address is set: this gateway works alone"
                            : "this gateway is not enrolled: readings are kept until it is, see 'edge-agent enrol'");
        }
        // Nodes that are told to wait for a host hear that it is there (Sparkplug 3.0, section 6.4.27).
        topics.publish(
                "spBv1.0/STATE/" + settings.sparkplugHost(),
                ByteString.copyFromUtf8(
                        "{\"online\":true,\"timestamp\":" + wall.now().toEpochMilli() + "}"),
                true);
        MqttDoor.Ports mqtt = await(door.start());
        broker.ifPresent(BrokerSubscriber::start);
        Optional<Integer> mllp = await(recording.start());
        ports = new StatusFile.Ports(mqtt, clinic.flatMap(this::open), mllp);
        everySecond.scheduleWithFixedDelay(this::everySecond, 0, 1, TimeUnit.SECONDS);
        salvage.start();
        LOG.info("buffer epoch {}, next sequence {}", buffer.lives().newest().epoch(), buffer.nextSequence());
        return this;
    }

    public MqttDoor.Ports ports() {
        return ports.mqtt();
    }

    /**
     * Completes when it should be closed and begun {@link #again}; exceptionally when the disk failed and only a new start
     * can tell what it holds.
     */
    public CompletionStage<Void> ended() {
        return ended;
    }

    /** What to begin anew with: devices find the doors where they were, also where any free port was asked for. */
    public Settings again() {
        return local.atPorts(ports.settings());
    }

    private Optional<ClinicPage> clinicPage(DoorSettings doorSettings, Doorkeeper doorkeeper) {
        if (settings.clinic().isOff()) {
            return Optional.empty();
        }
        Optional<ClinicPage.Certificate> certificate = doorSettings
                .tls()
                .map(tls -> new ClinicPage.Certificate(
                        tls.keys().certificate(), tls.keys().key()));
        return Optional.of(new ClinicPage(
                vertx,
                settings.clinic(),
                certificate,
                doorkeeper,
                this::clinicView,
                recording.desk(),
                wall::tickMillis));
    }

    /** Readings matter more than the screen: that its port is taken does not stop the gateway. */
    private Optional<Integer> open(ClinicPage page) {
        try {
            return Optional.of(await(page.start()));
        } catch (AgentException e) {
            LOG.error("the ward's page could not be opened at {}: {}", settings.clinic(), e.getMessage());
            return Optional.empty();
        }
    }

    private ClinicView clinicView() {
        GatewayFacts facts = Facts.of(wall, build, identity.gateway(), status(), buffer);
        return new ClinicView(facts, devices(), alarms.active(), rejects.snapshot(), centre.roster());
    }

    private List<DeviceView> devices() {
        Stream<DeviceId> alarmed = alarms.active().stream()
                .filter(alarm -> !Urgency.isAboutGateway(alarm.kind()))
                .map(AlarmChange::device);
        Set<DeviceId> unsteady = clocks.unsteady();
        return ward
                .devices(
                        door.view().online(),
                        Stream.concat(rejects.snapshot().keySet().stream(), alarmed)
                                .toList())
                .stream()
                .map(view -> unsteady.contains(view.device()) ? view.unsteady() : view)
                .toList();
    }

    private SyncStatus status() {
        return core.map(side -> side.uplink().status()).orElse(CoreSide.NO_LINK);
    }

    private boolean linkMoves() {
        SyncStatus link = status();
        boolean moved = link.confirmed() != confirmedBefore;
        confirmedBefore = link.confirmed();
        // What waits for its transfer window is no sign of a dead link.
        return link.link() == SyncStatus.Link.NONE || moved || link.held() || !buffer.hasBacklog();
    }

    private long diskPercent() {
        ReadingBuffer.Usage usage = buffer.usage();
        return buffer.isDiskFull() ? 100 : usage.bytesUsed() * 100 / usage.bytesAllowed();
    }

    private Uplink.Health health() {
        return new Uplink.Health(door.view().online().size(), rejects.total());
    }

    private void everySecond() {
        try {
            young.look(buffer.nextSequence());
            requests.serve(
                    (name, content) -> StickDesk.isFor(name) ? stick.serve(name, content) : quarantine.serve(name));
            clockFile.keep(clocks.corrections());
            statusFile.write(
                    wall.tickMillis(),
                    () -> StatusFile.text(new StatusFile.Facts(
                            wall.now(),
                            build.version(),
                            identity.gateway(),
                            buffer,
                            status(),
                            door.view(),
                            ports,
                            recording.counts(),
                            devices(),
                            rejects,
                            alarms,
                            centre.outcome(),
                            wall.state())));
        } catch (IOException | RuntimeException e) {
            // The status is for people; that it cannot be written must not stop what it reports on.
            LOG.warn("the status could not be written: {}", e.toString());
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            // Not orTimeout, whose thread would stay for good.
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AgentException("gave up after 30 s", e);
        } catch (ExecutionException e) {
            throw new AgentException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException("was interrupted", e);
        }
    }

    @Override
    public void close() {
        everySecond.shutdownNow();
        centre.close();
        clinic.ifPresent(page -> await(page.close()));
        await(recording.close());
        broker.ifPresent(BrokerSubscriber::close);
        await(door.close());
        ward.close();
        alarms.close();
        core.ifPresent(CoreSide::close);
        salvage.close();
        writer.close();
        await(vertx.close().toCompletionStage());
        sessions.close();
        buffer.close();
        data.close();
        LOG.info("stopped");
    }
}
