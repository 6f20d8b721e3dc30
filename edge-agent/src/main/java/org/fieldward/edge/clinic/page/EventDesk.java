package org.fieldward.edge.clinic.page;

import com.google.protobuf.ByteString;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.fieldward.edge.buffer.document.Documents;
import org.fieldward.edge.buffer.document.Recorder;
import org.fieldward.edge.buffer.document.Recorder.Outcome;
import org.fieldward.edge.clinic.record.EventCheck;
import org.fieldward.edge.clinic.record.EventCheck.Checked;
import org.fieldward.edge.clinic.record.RecordJson;
import org.fieldward.proto.reading.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/clinic/events}: takes what the ward records, also without a link, and says where each is. Thread-safe. */
public final class EventDesk {

    static final String PATH = "/api/clinic/events";

    private static final Logger LOG = LoggerFactory.getLogger(EventDesk.class);
    private static final int SHOWN = 100;
    private static final int ACCEPTED = 202;
    private static final int NO_ROOM = 507;

    private final Recorder recorder;
    private final Documents documents;
    private final String patientSystem;
    private final BooleanSupplier coreTooOld;

    /**
     * @param patientSystem of the identifiers that the ward writes down
     * @param coreTooOld whether what waits does so for an update of the core
     */
    public EventDesk(Recorder recorder, Documents documents, String patientSystem, BooleanSupplier coreTooOld) {
        this.recorder = recorder;
        this.documents = documents;
        this.patientSystem = patientSystem;
        this.coreTooOld = coreTooOld;
    }

    private record Answer(int status, byte[] json) {}

    void list(HttpServerRequest request, Vertx vertx) {
        answer(
                request.response(),
                vertx.executeBlocking(() -> Future.succeededFuture(new Answer(
                                200,
                                RecordJson.list(documents.newest(SHOWN), patientSystem, coreTooOld.getAsBoolean()))))
                        .compose(made -> made));
    }

    /** @param name whose account it is */
    void take(HttpServerRequest request, String name, Vertx vertx) {
        String type = Optional.ofNullable(request.getHeader("Content-Type"))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        String site = Optional.ofNullable(request.getHeader("Sec-Fetch-Site")).orElse("same-origin");
        if (!type.startsWith("application/json")) {
            // A form of another page could send anything else with the login that the browser remembers.
            end(request.response(), new Answer(415, RecordJson.refused("the content type must be application/json")));
            return;
        }
        if (!site.equals("same-origin") && !site.equals("none")) {
            end(request.response(), new Answer(403, RecordJson.refused("this is taken from the ward's own page only")));
            return;
        }
        var body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() <= Document.MAX_BYTES) {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> answer(
                request.response(),
                body.length() > Document.MAX_BYTES
                        ? Future.succeededFuture(new Answer(
                                413, RecordJson.refused("an event must be at most " + Document.MAX_BYTES + " bytes")))
                        : vertx.executeBlocking(() -> Future.fromCompletionStage(
                                        record(body.getBytes(), name), vertx.getOrCreateContext()))
                                .compose(stored -> stored)));
    }

    private CompletionStage<Answer> record(byte[] bytes, String name) {
        return switch (EventCheck.check(bytes)) {
            case Checked.Bad bad ->
                CompletableFuture.completedFuture(new Answer(422, RecordJson.refused(bad.faults())));
            case Checked.Good good ->
                recorder.record(new Recorder.Said(
                                Document.Purpose.CLINICAL_EVENT,
                                good.id(),
                                name,
                                good.type(),
                                "application/json",
                                ByteString.copyFrom(bytes)))
                        .thenApply(outcome -> answer(outcome, good.id()));
        };
    }

    private static Answer answer(Outcome outcome, String id) {
        return switch (outcome) {
            case Outcome.Kept kept -> new Answer(ACCEPTED, RecordJson.kept(kept.number(), id));
            case Outcome.Known known -> new Answer(200, RecordJson.known(known.before()));
            case Outcome.Full full ->
                new Answer(NO_ROOM, RecordJson.refused("there is no room on the gateway's disk: it was NOT stored"));
        };
    }

    private static void answer(HttpServerResponse response, Future<Answer> answer) {
        answer.onComplete(done -> {
            if (done.succeeded()) {
                end(response, done.result());
            } else {
                LOG.error(
                        "a request about recorded events failed: {}",
                        done.cause().getClass().getName());
                end(response, new Answer(503, RecordJson.refused("the gateway cannot store now: it was NOT stored")));
            }
        });
    }

    private static void end(HttpServerResponse response, Answer answer) {
        response.setStatusCode(answer.status())
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(answer.json()));
    }
}
