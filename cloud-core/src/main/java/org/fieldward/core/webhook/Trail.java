package org.fieldward.core.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.webhook.arrival.SqlNotes;
import org.fieldward.core.webhook.source.Source;

/**
 * Writes the audit of what hospital systems send: one row for each message, which names the source, the arrival and the
 * patients whose resources it made or changed. Thread-safe.
 */
public final class Trail {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> WRITTEN = Set.of("created", "updated", "deleted", "unchanged");
    private static final int PATIENCE_SECONDS = 10;
    private static final int REFUSED_A_SECOND = 10;

    private final Audit audit;
    private final InstantSource clock;
    private long second;
    private int refused;
    private long unsaid;

    public Trail(Audit audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Records messages of this source in the transactions that apply them.
     *
     * @param address whence they come
     */
    Reception.Notes of(Source source, String address) {
        return (desk, received) -> SqlNotes.take(desk, audit, entry(source, address, received));
    }

    /**
     * Records a message that was taken, unless that was done when it was applied, and returns when the row would survive a
     * power cut.
     *
     * @param address whence it came
     * @throws WebhookException if it could not: the message is stored, and its sender must send it again
     */
    void took(Source source, String address, Received received) {
        if (!received.noted()) {
            keep(entry(source, address, received));
        }
    }

    private Entry entry(Source source, String address, Received received) {
        return new Entry(
                clock.instant(),
                agent(source),
                List.of(),
                address,
                Entry.Kind.CREATE,
                Entry.Outcome.of(received.status()),
                received.number() == 0 ? "a message" : "/api/v1/arrivals/" + received.number(),
                patients(received.answer()),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Records what was told to a gateway and brought here, and returns when the row would survive a power cut.
     *
     * @param agent the gateway and who told it
     * @param place of what it became
     * @throws WebhookException if it could not
     */
    public void recorded(String agent, boolean taken, String place, List<String> patients) {
        keep(new Entry(
                clock.instant(),
                agent,
                List.of(),
                "",
                Entry.Kind.CREATE,
                taken ? Entry.Outcome.DONE : Entry.Outcome.FAILED,
                place,
                patients,
                Optional.empty(),
                Optional.empty()));
    }

    /** Records one that was not let in; only so many a second, and the others counted. */
    void refused(Optional<Source> source, String address) {
        Optional<Long> before = counted();
        if (before.isPresent()) {
            keep(new Entry(
                    clock.instant(),
                    source.map(Trail::agent).orElse(""),
                    List.of(),
                    address,
                    Entry.Kind.CREATE,
                    Entry.Outcome.REFUSED,
                    before.get() == 0 ? "a message" : "a message, and " + before.get() + " more before it",
                    List.of(),
                    Optional.empty(),
                    Optional.empty()));
        }
    }

    private static String agent(Source source) {
        return "source " + source.name();
    }

    private void keep(Entry entry) {
        try {
            audit.record(entry).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new WebhookException("the audit did not take a message", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebhookException("interrupted while the audit was written", e);
        }
    }

    /** How many before were not recorded, if this one is to be. */
    private synchronized Optional<Long> counted() {
        long now = clock.instant().getEpochSecond();
        if (now != second) {
            second = now;
            refused = 0;
        }
        if (refused++ >= REFUSED_A_SECOND) {
            unsaid++;
            return Optional.empty();
        }
        long before = unsaid;
        unsaid = 0;
        return Optional.of(before);
    }

    /** Ids of the patients that an answer names. */
    public static List<String> patients(String answer) {
        var patients = new LinkedHashSet<String>();
        try {
            JsonNode json = JSON.readTree(answer);
            for (String name : WRITTEN) {
                for (JsonNode key : json.path(name)) {
                    if (key.asText().startsWith("Patient/")) {
                        patients.add(key.asText().substring("Patient/".length()));
                    }
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every answer is JSON", e);
        }
        return List.copyOf(patients);
    }
}
