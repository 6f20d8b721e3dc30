package org.fieldward.core.app.assembly;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.route.Routes;
import org.fieldward.core.anchor.Anchoring;
import org.fieldward.core.anchor.Proof;
import org.fieldward.core.anchor.Proofs;
import org.fieldward.core.app.database.Database;
import org.fieldward.core.app.file.AuthorityFiles;
import org.fieldward.core.app.file.SharedKey;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.completeness.Completeness;
import org.fieldward.core.completeness.Facilities;
import org.fieldward.core.copy.Copies;
import org.fieldward.core.distribution.HttpDoor;
import org.fieldward.core.distribution.Mount;
import org.fieldward.core.distribution.api.Views;
import org.fieldward.core.distribution.rest.FhirServlet;
import org.fieldward.core.distribution.rest.ProofFiles;
import org.fieldward.core.distribution.rest.Stored;
import org.fieldward.core.distribution.rest.export.Exports;
import org.fieldward.core.distribution.rest.export.SqlJobs;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.fhir.terminology.VitalSignCheck;
import org.fieldward.core.intake.GatewayServer;
import org.fieldward.core.intake.Messenger;
import org.fieldward.core.intake.Sessions;
import org.fieldward.core.intake.enrolment.Authority;
import org.fieldward.core.intake.instruction.Instructions;
import org.fieldward.core.intake.state.GatewayStates;
import org.fieldward.core.intake.state.RegisteredStates;
import org.fieldward.core.journal.Appender;
import org.fieldward.core.journal.SqlJournal;
import org.fieldward.core.journal.SqlStanding;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.alarm.Alarms;
import org.fieldward.core.observation.alarm.SqlAlarms;
import org.fieldward.core.observation.commitment.Commitments;
import org.fieldward.core.observation.commitment.SqlCommitments;
import org.fieldward.core.observation.follower.ObservationFollower;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.observation.gap.SqlGaps;
import org.fieldward.core.observation.quarantine.Quarantine;
import org.fieldward.core.observation.quarantine.SqlQuarantine;
import org.fieldward.core.observation.search.SqlAccepted;
import org.fieldward.core.observation.search.SqlReadings;
import org.fieldward.core.observation.search.SqlWaveforms;
import org.fieldward.core.observation.tally.SqlTallies;
import org.fieldward.core.registry.Gateways;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.SqlConfigurations;
import org.fieldward.core.registry.SqlGateways;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.core.webhook.Trail;
import org.fieldward.core.webhook.mllp.MllpDoor;
import org.fieldward.core.webhook.recorded.RecordedFollower;
import org.fieldward.core.webhook.recorded.RecordedServlet;
import org.fieldward.core.webhook.recorded.SqlRecorded;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole core, wired in the order in which a reading meets its parts. */
public final class CloudCore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CloudCore.class);
    private static final int MAX_WAITING_BATCHES = 4_096;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Authority authority;
    private final DataSource database;
    private final SqlGateways gateways;
    private final SqlRegistry registry;
    private final SqlConfigurations configurations;
    private final SqlReadings readings;
    private final SqlCommitments commitments;
    private final SqlAlarms alarms;
    private final SqlQuarantine quarantine;
    private final GatewayServer intake;
    private final Anchoring anchoring;
    private final SqlRecorded recorded;
    private final RecordedFollower fromGateways;
    private final Optional<MllpDoor> line;
    private final AccessParts access;
    private final OutwardParts outward;
    private final HttpDoor http;

    public CloudCore(Settings settings) {
        this(settings, new SecureRandom(), Clock.systemUTC(), new VitalSignCheck(Catalogue.standard())::check);
    }

    /** @param check whether a reading may become Observations */
    CloudCore(Settings settings, SecureRandom random, InstantSource clock, Function<Reading, Verdict> check) {
        // The database starts in another process meanwhile.
        Thread.ofPlatform().daemon().name("fhir-definitions").start(FhirServlet::loadDefinitions);
        try {
            authority = AuthorityFiles.open(settings.dataDir(), random, clock);
            database = start(Database.start(settings, random)).pool();
            gateways = new SqlGateways(database, clock);
            registry = new SqlRegistry(
                    database, gateway -> settings.access().facilityByGateway().getOrDefault(gateway, gateway), clock);
            readings = new SqlReadings(database, registry::snapshot);
            commitments = new SqlCommitments(database);
            alarms = new SqlAlarms(database, registry::snapshot);
            quarantine = new SqlQuarantine(database);
            var journal = new SqlJournal(database);
            configurations = new SqlConfigurations(database, clock);
            recorded = new SqlRecorded(database);
            var sessions = new Sessions(new Instructions(
                    configurations, registry::snapshot, recorded::verdicts, settings.rosterLabel(), clock));
            Messenger messenger = start(new Messenger(sessions));
            configurations.onChange(messenger::changed);
            registry.onChange(difference -> {
                if (difference.everything()) {
                    messenger.changed();
                } else {
                    difference.gateways().forEach(messenger::changed);
                }
            });
            var follower = new ObservationFollower(
                    database,
                    journal,
                    registry,
                    new Attribution(check, gateways::coincidence),
                    new ObservationFollower.Outlets(readings, alarms, sessions::tell),
                    random,
                    clock);
            start(follower).start();
            var appender =
                    start(new Appender(journal, MAX_WAITING_BATCHES, settings.maxWaitingBytes(), follower::wake));
            intake = start(
                    new GatewayServer(settings.intake(), authority, journal, appender, gateways, sessions, clock));
            LOG.info("serving gateways on port {}", intake.port());
            anchoring = start(new Anchoring(settings.anchor(), database, commitments, clock, random));
            anchoring.start();
            var chart = new SqlChart(database, clock, random, ClinicalParts.witnesses(registry));
            var clinical = start(new ClinicalParts(
                    database,
                    registry,
                    chart,
                    anchoring,
                    gateway -> settings.access().facilityByGateway().getOrDefault(gateway, gateway),
                    random,
                    clock));
            clinical.start();
            access = start(new AccessParts(settings, database, registry, random, clock));
            outward = start(new OutwardParts(
                    settings,
                    database,
                    new OutwardParts.Stores(chart, registry, readings, alarms),
                    access.entrance().doorkeeper(),
                    random,
                    clock));
            outward.start();
            var trail = new Trail(access.audit(), clock);
            var hospitals = new Hospitals(settings, database, chart, registry, random, clock);
            fromGateways = start(new RecordedFollower(
                    database,
                    journal,
                    hospitals.doors(clinical.events(), trail),
                    gateways::coincidence,
                    messenger::changed,
                    clock));
            fromGateways.start();
            line = hospitals.line(trail).map(this::start);
            line.ifPresent(door -> LOG.info("serving HL7 version 2 over MLLP on port {}", door.port()));
            Supplier<String> ids = () -> new UUID(random.nextLong(), random.nextLong()).toString();
            var exports =
                    start(new Exports(new SqlJobs(database), settings.dataDir().resolve("exports"), ids, clock));
            var deeds = Stream.concat(outward.deeds().stream(), clinical.deeds().stream())
                    .toList();
            var stored = new Stored(outward.chart(), ProfileCheck.shared(), ids, exports, deeds);
            Copies copies = start(CopyParts.copies(settings.copies(), database, chart, random, clock));
            copies.start();
            http = start(new HttpDoor(
                    settings.http(),
                    views(settings.facilities(), stored),
                    access.entrance(),
                    mounts(clinical, hospitals, copies, trail),
                    SharedKey.ofLinks(settings.dataDir(), random),
                    clock));
            http.start();
            LOG.info("serving people and other systems on port {}", http.port());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Views views(Facilities facilities, Stored stored) {
        Proofs proofs = anchoring.proofs();
        Gaps gaps = new SqlGaps(database);
        var sources = new Completeness.Sources(
                registry,
                new SqlTallies(database, registry::snapshot),
                gaps,
                new SqlStanding(database),
                gateways::states,
                anchoring::coverage);
        return new Views(
                registry,
                readings,
                new SqlWaveforms(database, registry::snapshot),
                alarms,
                new SqlAccepted(database, registry::snapshot),
                gaps,
                quarantine,
                new Completeness(sources, facilities, new Completeness.Seal(anchoring.publicKey(), anchoring::sign)),
                gatewayStates(),
                configurations,
                new ProofFiles() {
                    @Override
                    public Optional<String> proof(long batch, int position, ByteString record, ByteString salt) {
                        return proofs.proof(batch, position, record, salt).map(Proof::json);
                    }

                    @Override
                    public long storedBefore(Instant time) {
                        return anchoring.storedBefore(time);
                    }
                },
                stored,
                anchoring::state);
    }

    private List<Mount> mounts(ClinicalParts clinical, Hospitals hospitals, Copies copies, Trail trail) {
        var documents = new Mount(
                RecordedServlet.PATH + "/*",
                new RecordedServlet(recorded, fromGateways::replay),
                RecordedServlet.routes());
        return Stream.of(
                        clinical.mounts(),
                        List.of(CopyParts.mount(copies), documents),
                        outward.mounts(),
                        hospitals.mounts(trail))
                .flatMap(List::stream)
                .toList();
    }

    private <T extends AutoCloseable> T start(T part) {
        started.push(part);
        return part;
    }

    public int grpcPort() {
        return intake.port();
    }

    public int httpPort() {
        return http.port();
    }

    /** Of HL7 version 2 over MLLP, where it is open. */
    public Optional<Integer> mllpPort() {
        return line.map(MllpDoor::port);
    }

    /** Everything that may be asked over HTTP, and of whom. */
    public Routes routes() {
        return http.routes();
    }

    public Authority authority() {
        return authority;
    }

    public Registry registry() {
        return registry;
    }

    public Gateways gateways() {
        return gateways;
    }

    public GatewayStates gatewayStates() {
        return new RegisteredStates(gateways, new SqlStanding(database));
    }

    public Readings readings() {
        return readings;
    }

    public Audit audit() {
        return access.audit();
    }

    public Commitments commitments() {
        return commitments;
    }

    public Alarms alarms() {
        return alarms;
    }

    public Quarantine quarantine() {
        return quarantine;
    }

    /** Blocks until everything is down, last started first. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others must still be closed.
                LOG.error("{} did not close", part.getClass().getSimpleName(), e);
            }
        }
    }
}
