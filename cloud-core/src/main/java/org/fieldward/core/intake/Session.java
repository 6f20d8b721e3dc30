package org.fieldward.core.intake;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.intake.SessionDecider.Action;
import org.fieldward.core.intake.SessionDecider.Visitor;
import org.fieldward.core.intake.instruction.Instructions;
import org.fieldward.core.journal.Appender;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.registry.Gateways;
import org.fieldward.core.registry.Gateways.Standing;
import org.fieldward.core.registry.RegistryException;
import org.fieldward.proto.batch.BatchException;
import org.fieldward.proto.batch.Ranges;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.link.Clock;
import org.fieldward.proto.link.ClockState;
import org.fieldward.proto.link.ConfigurationState;
import org.fieldward.proto.link.Confirm;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.link.LaneBacklog;
import org.fieldward.proto.link.Refusal;
import org.fieldward.proto.link.Verdicts;
import org.fieldward.proto.link.Welcome;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream with one gateway: carries out what the decider says. gRPC calls it from one thread at a time. */
final class Session implements StreamObserver<FromGateway> {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** What every session needs. */
    record Doors(
            Journal journal,
            Appender appender,
            Gateways gateways,
            Sessions sessions,
            Admission admission,
            IntakeSettings settings,
            InstantSource clock) {}

    private final Doors doors;
    private final Peer peer;
    private final ServerCallStreamObserver<FromCore> out;
    private final SessionDecider decider;
    private final Pieces pieces = new Pieces();
    private final Instructions.Told told = new Instructions.Told();
    private volatile Optional<Hello> hello = Optional.empty();
    private volatile Optional<Instant> lastConfirmedAt = Optional.empty();
    private volatile Heartbeat lastHeartbeat = Heartbeat.getDefaultInstance();
    private volatile Duration clockOffset = Duration.ZERO;
    private Instant checkedAt = Instant.MIN;
    private boolean over;
    private int owed;

    /** @param peer whom the client certificate names */
    Session(Doors doors, Peer peer, ServerCallStreamObserver<FromCore> out) {
        this.doors = doors;
        this.peer = peer;
        this.out = out;
        decider = new SessionDecider(doors.settings().maxBatchBytes());
        // A message is asked for when there is room for it: the rest waits at the gateway.
        out.disableAutoRequest();
        out.setOnCancelHandler(this::ended);
        out.setOnReadyHandler(this::requestOwed);
        out.request(1);
    }

    String gateway() {
        return peer.name();
    }

    long number() {
        return hello.map(Hello::getSession).orElse(0L);
    }

    @Override
    public void onNext(FromGateway message) {
        Instant now = doors.clock().instant();
        if (isOver()) {
            return;
        }
        if (hello.isPresent() && isCheckDue(now) && !isWelcome(now)) {
            refuse(SessionDecider.revoked());
            return;
        }
        FromGateway opened;
        try {
            opened = hello.isPresent() ? pieces.open(message) : message;
        } catch (BatchException e) {
            refuse(SessionDecider.unopened(String.valueOf(e.getMessage())));
            return;
        }
        Action action = hello.isPresent()
                ? decider.next(opened, now)
                : decider.first(
                        message,
                        new Visitor(
                                peer.name(),
                                doors.gateways().standing(peer.name(), peer.fingerprint()),
                                this::turnedAway));
        switch (action) {
            case Action.Open open -> open(open);
            case Action.Refuse refuse -> refuse(refuse.refusal());
            case Action.SetAside setAside -> {
                ByteString bytes = opened.toByteString();
                doors.journal().setAside(peer.name(), bytes, setAside.reason(), now);
                refuse(setAside.refusal());
            }
            case Action.Append append -> append(append);
            case Action.Note note -> note(note.heartbeat());
            case Action.Settle settle -> settle(settle.state());
            case Action.Ignore ignore -> requestNext();
        }
    }

    private Optional<Duration> turnedAway() {
        return doors.admission()
                .turnedAway(doors.sessions().size(), doors.appender().busy(), millis());
    }

    private long millis() {
        return doors.clock().instant().toEpochMilli();
    }

    private boolean isOver() {
        synchronized (out) {
            return over;
        }
    }

    /** Not only at heartbeats: who was revoked would otherwise stay in by sending none. */
    private boolean isCheckDue(Instant now) {
        return Duration.between(checkedAt, now).abs().compareTo(doors.settings().heartbeat()) >= 0;
    }

    private boolean isWelcome(Instant now) {
        checkedAt = now;
        return doors.gateways().standing(peer.name(), peer.fingerprint()) == Standing.WELCOME;
    }

    /** A gateway that does not take our answers is asked for nothing more, or the answers would fill our memory. */
    private void requestNext() {
        synchronized (out) {
            if (!out.isReady()) {
                owed++;
                return;
            }
        }
        out.request(1);
    }

    private void requestOwed() {
        int due;
        synchronized (out) {
            due = owed;
            owed = 0;
        }
        if (due > 0) {
            out.request(due);
        }
    }

    private void open(Action.Open open) {
        hello = Optional.of(open.hello());
        checkedAt = doors.clock().instant();
        boolean copy = doors.journal().hear(peer.name(), SessionDecider.line(open.hello()), checkedAt);
        if (copy) {
            LOG.warn(
                    "a copy of the buffer of gateway {} speaks too, or an older one was put back: nothing is lost or"
                            + " doubled, but only one at a time is heard",
                    peer.name());
        }
        if (!doors.sessions().open(this, copy)) {
            refuse(SessionDecider.replaced());
            return;
        }
        heardClock(open.hello());
        if (open.protocol() >= SessionDecider.FIRST_WITH_DOCUMENTS) {
            told.knowsDocuments(open.hello().getDocumentsMark());
        }
        Welcome.Builder welcome = Welcome.newBuilder()
                .setProtocol(open.protocol())
                .setSession(open.hello().getSession())
                .addAllCovered(Ranges.of(
                        doors.journal().covered(peer.name(), open.hello().getEpoch())))
                .addAllHeld(SessionDecider.held(
                        open.hello(), epoch -> doors.journal().covered(peer.name(), epoch)))
                .setCopy(copy)
                .setCoreNowMicros(Micros.of(doors.clock().instant()))
                .setHeartbeatSeconds((int) doors.settings().heartbeat().toSeconds())
                .setWindow(doors.settings().window())
                .setMaxBatchBytes(doors.settings().maxBatchBytes());
        send(FromCore.newBuilder().setWelcome(welcome).build());
        LOG.info("gateway {} opened session {}", peer.name(), number());
        tellTime(open.hello().getClock());
        remember(Heartbeat.getDefaultInstance(), true);
        instruct();
        out.request(doors.settings().window());
    }

    /** Says what the centre wants of the gateway and did not say in this session yet. */
    void instruct() {
        try {
            doors.sessions()
                    .instructions()
                    .ifPresent(all -> all.owed(peer.name(), told).forEach(this::send));
        } catch (RegistryException e) {
            // Its readings matter more; it is told with a later heartbeat.
            LOG.warn("gateway {} could not be instructed: {}", peer.name(), e.getMessage());
        }
    }

    private void settle(ConfigurationState state) {
        LOG.info(
                "gateway {} says of configuration {}: {}",
                peer.name(),
                state.getVersion(),
                state.getApplied() ? "applied" : "not applied");
        try {
            doors.sessions().instructions().ifPresent(all -> all.heard(peer.name(), state));
        } catch (RegistryException e) {
            LOG.warn("what gateway {} says of its configuration could not be noted: {}", peer.name(), e.getMessage());
        }
        requestNext();
    }

    /** Before the first batch: what the gateway stamped without a clock is put right by it. */
    private void heardClock(Hello hello) {
        if (hello.getClock().getNowMicros() != 0) {
            doors.gateways()
                    .heardClock(
                            peer.name(),
                            hello.getBoot(),
                            new Coincidence(
                                    hello.getClock().getTickMillis(),
                                    doors.clock().instant()));
        }
    }

    private void append(Action.Append append) {
        doors.appender().submit(append.arrival()).whenComplete((result, failure) -> {
            if (failure != null) {
                // Others were let in at the same time: it stays away like one who finds no place.
                refuse(SessionDecider.busy(doors.admission()
                        .turnedAway(doors.sessions().size(), true, millis())
                        .orElseThrow()));
                return;
            }
            lastConfirmedAt = Optional.of(doors.clock().instant());
            Confirm.Builder confirm = Confirm.newBuilder()
                    .setEpoch(append.arrival().epoch())
                    .addAllRanges(Ranges.of(append.arrival().covers()))
                    .addBatches(append.number());
            send(FromCore.newBuilder().setConfirm(confirm).build());
            requestNext();
        });
    }

    private void note(Heartbeat heartbeat) {
        if (!isWelcome(doors.clock().instant())) {
            refuse(SessionDecider.revoked());
            return;
        }
        tellTime(heartbeat.getClock());
        remember(heartbeat, true);
        Clock now = Clock.newBuilder()
                .setNowMicros(Micros.of(doors.clock().instant()))
                .setState(ClockState.CLOCK_STATE_SYNCHRONISED)
                .build();
        send(FromCore.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setClock(now))
                .build());
        // Another core, or a command, may have changed it.
        instruct();
        requestNext();
    }

    /** To be called when the clock's word arrives: an hour later it would seem an hour slow. */
    private void tellTime(Clock clock) {
        if (clock.getNowMicros() != 0) {
            clockOffset =
                    Duration.of(clock.getNowMicros() - Micros.of(doors.clock().instant()), ChronoUnit.MICROS);
        }
    }

    private void remember(Heartbeat heartbeat, boolean connected) {
        Map<Lane, Long> backlog = new EnumMap<>(Lane.class);
        for (LaneBacklog lane : heartbeat.getBacklogList()) {
            if (lane.getLaneValue() >= 1 && lane.getLaneValue() <= Lane.values().length) {
                backlog.put(Lane.of(lane.getLaneValue()), lane.getRecords());
            }
        }
        lastHeartbeat = heartbeat;
        Instant now = doors.clock().instant();
        doors.gateways()
                .note(new Gateways.State(
                        peer.name(),
                        connected,
                        hello.map(Hello::getSoftware).orElse(""),
                        now,
                        lastConfirmedAt,
                        clockOffset,
                        backlog,
                        Duration.ofSeconds(Math.max(0, heartbeat.getOldestUnconfirmedAgeSeconds())),
                        heartbeat.getDiskUsedBytes(),
                        heartbeat.getDiskQuotaBytes(),
                        heartbeat.getDevicesConnected(),
                        heartbeat.getRejectedPayloads()));
    }

    void verdicts(Verdicts verdicts) {
        synchronized (out) {
            // Best effort: a gateway that does not read must not fill our memory, and the store knows anyway.
            if (!over && out.isReady()) {
                out.onNext(FromCore.newBuilder().setVerdicts(verdicts).build());
            }
        }
    }

    private void send(FromCore message) {
        synchronized (out) {
            if (!over && !out.isCancelled()) {
                out.onNext(message);
            }
        }
    }

    void refuse(Refusal refusal) {
        synchronized (out) {
            if (over || out.isCancelled()) {
                return;
            }
            over = true;
            LOG.info("gateway {} refused: {} {}", peer.name(), refusal.getReason(), refusal.getDetail());
            out.onNext(FromCore.newBuilder().setRefusal(refusal).build());
            out.onCompleted();
        }
        ended();
    }

    void hangUp() {
        synchronized (out) {
            if (over || out.isCancelled()) {
                return;
            }
            over = true;
            out.onError(Status.UNAVAILABLE
                    .withDescription("the core ends this session")
                    .asRuntimeException());
        }
        ended();
    }

    private void ended() {
        pieces.close();
        if (hello.isPresent() && doors.sessions().ended(this)) {
            LOG.info("gateway {} ended session {}", peer.name(), number());
            remember(lastHeartbeat, false);
        }
    }

    @Override
    public void onError(Throwable failure) {
        ended();
    }

    @Override
    public void onCompleted() {
        synchronized (out) {
            if (!over && !out.isCancelled()) {
                over = true;
                out.onCompleted();
            }
        }
        ended();
    }
}
