package org.fieldward.core.webhook;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fieldward.core.webhook.fhir.FhirMatter;
import org.fieldward.core.webhook.fhir.Strict;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.fieldward.core.webhook.hl7.Hl7Exception;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.mapping.Mapping;
import org.fieldward.core.webhook.mapping.MappingException;
import org.fieldward.core.webhook.source.Source;
import org.fieldward.core.webhook.translation.Translation;
import org.fieldward.core.webhook.wording.Origin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bytes into what they say, by the source's format. Thread-safe. */
final class Reader {

    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

    /** What others decide about by rules of their own. */
    private static final Set<String> OURS = Set.of("AuditEvent", "Subscription");

    private final Function<String, ZoneId> zones;
    private final Rules rules;

    /** @param zones of facilities */
    Reader(Function<String, ZoneId> zones, Rules rules) {
        this.zones = zones;
        this.rules = rules;
    }

    Envelope read(Source source, String facility, ByteString bytes, Instant now) {
        var origin = new Origin(
                source.name(), facility, source.zone().orElseGet(() -> zones.apply(facility)), source.systems(), now);
        return switch (source.format()) {
            case HL7V2 -> hl7(bytes, origin);
            case FHIR -> json(bytes, () -> checked(FhirMatter.of(bytes.toByteArray(), origin)));
            case JSON -> json(bytes, () -> checked(mapped(source, bytes, origin)));
        };
    }

    private static Envelope hl7(ByteString bytes, Origin origin) {
        Message message;
        try {
            message = Message.read(bytes.toByteArray());
        } catch (Hl7Exception e) {
            var refusal = new RefusedException(Reason.UNREADABLE, e.place(), e.rule());
            return new Envelope(
                    Optional.empty(),
                    "",
                    Envelope.digest(bytes),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(refusal));
        }
        Optional<String> control = Optional.of(message.controlId()).filter(id -> !id.isEmpty());
        String kind = message.kind().matches("[A-Z0-9_^]{3,20}") ? message.kind() : "";
        Tried tried = attempt(() -> Translation.of(message, origin));
        return new Envelope(
                control, kind, Envelope.digest(message), Optional.of(message), tried.matter(), tried.refusal());
    }

    private static Envelope json(ByteString bytes, Work work) {
        Tried tried = attempt(work);
        return new Envelope(
                tried.matter().flatMap(Matter::controlId),
                tried.matter().map(Matter::kind).orElse(""),
                Envelope.digest(bytes),
                Optional.empty(),
                tried.matter(),
                tried.refusal());
    }

    private static Matter mapped(Source source, ByteString bytes, Origin origin) {
        Path file = source.mapping().orElseThrow();
        return Mapping.read(file).apply(Strict.json(bytes.toByteArray()), origin);
    }

    private Matter checked(Matter matter) {
        for (Draft draft : matter.drafts()) {
            if (OURS.contains(draft.resource().fhirType())) {
                throw new RefusedException(
                        Reason.AGAINST_RULES, draft.resource().fhirType(), "must not be written by a source");
            }
            rules.broken(draft.resource()).ifPresent(remark -> {
                throw new RefusedException(
                        Reason.AGAINST_RULES,
                        remark.place(),
                        "must hold what FHIR R4 and the profiles that it claims ask",
                        remark.rule());
            });
        }
        return matter;
    }

    private interface Work {
        Matter done();
    }

    private record Tried(Optional<Matter> matter, Optional<RefusedException> refusal) {}

    /** What nobody foresaw must not lose the message: it waits with the others that could not be read. */
    private static Tried attempt(Work work) {
        try {
            return new Tried(Optional.of(work.done()), Optional.empty());
        } catch (RefusedException e) {
            return new Tried(Optional.empty(), Optional.of(e));
        } catch (MappingException e) {
            LOG.error("a mapping is wrong: {}", e.getMessage());
            return new Tried(
                    Optional.empty(),
                    Optional.of(new RefusedException(
                            Reason.AGAINST_RULES, "mapping", "must be mended, cloud-core mapping check names what")));
        } catch (RuntimeException e) {
            StackTraceElement[] trace = e.getStackTrace();
            LOG.error(
                    "a message could not be read: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            return new Tried(
                    Optional.empty(),
                    Optional.of(new RefusedException(
                            Reason.AGAINST_RULES, "message", "must be one that can be read here; this one waits")));
        }
    }
}
