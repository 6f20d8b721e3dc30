package org.fieldward.core.app.assembly;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.fieldward.core.anchor.Anchoring;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.store.SqlWitness;
import org.fieldward.core.clinical.Events;
import org.fieldward.core.clinical.SqlEvents;
import org.fieldward.core.clinical.event.Issue;
import org.fieldward.core.clinical.mirror.RegistryMirrorFollower;
import org.fieldward.core.clinical.mirror.SqlMirror;
import org.fieldward.core.clinical.proof.ChartCommitmentFollower;
import org.fieldward.core.clinical.proof.ChartProofs;
import org.fieldward.core.clinical.proof.SqlChartCommitments;
import org.fieldward.core.clinical.stay.Admissions;
import org.fieldward.core.clinical.stay.SqlAdmissions;
import org.fieldward.core.distribution.Mount;
import org.fieldward.core.distribution.api.EventsServlet;
import org.fieldward.core.distribution.edit.EditsServlet;
import org.fieldward.core.distribution.rest.door.Deed;
import org.fieldward.core.distribution.rest.door.Proving;
import org.fieldward.core.edit.Edits;
import org.fieldward.core.edit.SqlEdits;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.fhir.ProfileCheck.Severity;
import org.fieldward.core.registry.SqlRegistry;
import org.hl7.fhir.r4.model.Resource;

/** Events, admissions, the registry's mirror and the chart's commitments, wired. */
final class ClinicalParts implements AutoCloseable {

    private final Chart chart;
    private final Admissions admissions;
    private final Events events;
    private final ChartProofs proofs;
    private final RegistryMirrorFollower mirror;
    private final ChartCommitmentFollower commitments;
    private final Edits edits;

    /** @param facilityOf to which facility a gateway belongs */
    ClinicalParts(
            DataSource database,
            SqlRegistry registry,
            Chart chart,
            Anchoring anchoring,
            UnaryOperator<String> facilityOf,
            SecureRandom random,
            InstantSource clock) {
        this.chart = chart;
        admissions = new SqlAdmissions(registry, facilityOf, clock);
        events = new SqlEvents(database, chart, admissions, ClinicalParts::check, random, clock);
        proofs = new SqlChartCommitments(database, chart, anchoring.proofs());
        mirror = new RegistryMirrorFollower(database, registry, chart, facilityOf, clock);
        commitments = new ChartCommitmentFollower(database, chart, random, anchoring::force);
        edits = new SqlEdits(database, chart, ClinicalParts::wrong, clock);
    }

    /** What the chart must be made with, so that the registry hears of what is written there. */
    static List<SqlWitness> witnesses(SqlRegistry registry) {
        return List.of(new SqlMirror(registry));
    }

    private static List<Issue> check(Resource resource) {
        return ProfileCheck.shared().faults(resource).stream()
                .filter(issue -> issue.severity() == Severity.ERROR)
                .map(issue -> new Issue(Issue.Code.VALUE, issue.element(), issue.rule()))
                .toList();
    }

    private static Optional<Edits.Answer.Refused> wrong(Resource resource) {
        return check(resource).stream()
                .findFirst()
                .map(issue -> new Edits.Answer.Refused(issue.element(), issue.rule()));
    }

    void start() {
        mirror.start();
        commitments.start();
    }

    Admissions admissions() {
        return admissions;
    }

    Events events() {
        return events;
    }

    ChartProofs proofs() {
        return proofs;
    }

    /** {@code $proof} of what the chart holds. */
    List<Deed> deeds() {
        return List.of(new Proving(chart, proofs).deed());
    }

    /** Takes edits that were made on an older version. */
    Edits edits() {
        return edits;
    }

    List<Mount> mounts() {
        return List.of(
                new Mount(EventsServlet.PATH + "/*", new EventsServlet(events, proofs), EventsServlet.routes()),
                new Mount(EditsServlet.EDITS, new EditsServlet(edits), EditsServlet.routes(EditsServlet.EDITS)),
                new Mount(
                        EditsServlet.CONFLICTS + "/*",
                        new EditsServlet(edits),
                        EditsServlet.routes(EditsServlet.CONFLICTS)));
    }

    @Override
    public void close() throws InterruptedException {
        commitments.close();
        mirror.close();
    }
}
