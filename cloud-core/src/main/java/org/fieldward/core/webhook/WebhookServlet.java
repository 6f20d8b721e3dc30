package org.fieldward.core.webhook;

import com.google.protobuf.ByteString;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.webhook.hl7.Acknowledgement;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.source.ClientCertificates;
import org.fieldward.core.webhook.source.Gatekeeper;
import org.fieldward.core.webhook.source.Shown;
import org.fieldward.core.webhook.source.Source;
import org.fieldward.core.webhook.source.Sources;
import org.jspecify.annotations.Nullable;

/** {@code POST /webhooks/SOURCE/FACILITY}. */
public final class WebhookServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    public static final int MAX_BODY = Message.MAX_BYTES;
    private static final int TIDY_EVERY = 5_000;

    private final transient Sources sources;
    private final transient Reception reception;
    private final transient ClientCertificates certificates;
    private final transient Trail trail;
    private final transient InstantSource clock;
    private final AtomicInteger taken = new AtomicInteger();

    public WebhookServlet(
            Sources sources, Reception reception, ClientCertificates certificates, Trail trail, InstantSource clock) {
        this.sources = sources;
        this.reception = reception;
        this.certificates = certificates;
        this.trail = trail;
        this.clock = clock;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            refuse(response, 405, "the method must be POST");
            return;
        }
        String[] path = some(request.getPathInfo()).orElse("/").substring(1).split("/", -1);
        Optional<Source> source = path.length == 2 ? sources.find(path[0]) : Optional.empty();
        if (source.isEmpty() || path[1].isEmpty() || path[1].length() > 100) {
            refuse(response, 404, "there is no such source");
            return;
        }
        if (some(request.getHeader("Content-Encoding"))
                .filter(coding -> !coding.equals("identity"))
                .isPresent()) {
            refuse(response, 415, "Content-Encoding must be identity");
            return;
        }
        byte[] body = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            refuse(response, 413, "the body must be at most " + MAX_BODY + " bytes");
            return;
        }
        try {
            take(source.get(), path[1], ByteString.copyFrom(body), request, response);
        } catch (WebhookException e) {
            // What comes again is answered as the first time, and recorded then.
            response.setHeader("Retry-After", "5");
            refuse(response, Received.BUSY, "the audit cannot be written now, send it again later");
        }
    }

    private void take(
            Source source, String facility, ByteString body, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var shown = new Shown(
                some(request.getHeader("Authorization")),
                some(request.getHeader("X-Fieldward-Timestamp")),
                some(request.getHeader("X-Fieldward-Signature")),
                some(request.getHeader("X-Fieldward-Id")),
                certificates.of(request),
                body);
        switch (Gatekeeper.judge(source, shown, clock.instant())) {
            case Gatekeeper.Answer.Unknown unknown -> {
                trail.refused(Optional.empty(), request.getRemoteAddr());
                refuse(response, 401, "the source must show who it is");
            }
            case Gatekeeper.Answer.Known known -> {
                if (!source.speaksFor(facility)) {
                    trail.refused(Optional.of(source), request.getRemoteAddr());
                    refuse(response, 403, "the source must not speak for that facility");
                } else if (!sources.mayEnter(source)) {
                    trail.refused(Optional.of(source), request.getRemoteAddr());
                    response.setHeader("Retry-After", "10");
                    refuse(response, 429, "the source must send at most " + source.perMinute() + " a minute");
                } else {
                    String address = request.getRemoteAddr();
                    Received received = reception.take(
                            new Delivery(source, facility, shown.id(), known.signature(), body),
                            trail.of(source, address));
                    trail.took(source, address, received);
                    tidy();
                    answer(request, response, received);
                }
            }
        }
    }

    private void tidy() {
        if (taken.incrementAndGet() % TIDY_EVERY == 0) {
            reception.tidy();
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, Received received)
            throws IOException {
        response.setStatus(received.status());
        if (received.repeated()) {
            response.setHeader("X-Fieldward-Repeated", "true");
        }
        if (received.status() == Received.BUSY) {
            response.setHeader("Retry-After", "5");
        }
        boolean acknowledged = some(request.getHeader("Accept"))
                .filter(accept -> accept.contains("hl7-v2"))
                .isPresent();
        if (acknowledged && received.status() != Received.REPLAYED) {
            response.setContentType("x-application/hl7-v2+er7");
            write(response, acknowledgement(received, clock));
        } else {
            response.setContentType("application/json");
            write(response, received.answer());
        }
    }

    /** As a message of HL7 version 2 says it. */
    static String acknowledgement(Received received, InstantSource clock) {
        Acknowledgement said = received.isApplied()
                ? Acknowledgement.accepted()
                : new Acknowledgement(
                        received.status() == Received.BUSY ? Acknowledgement.Code.AR : Acknowledgement.Code.AE,
                        received.place(),
                        received.rule());
        String number = received.number() == 0 ? "FW" + clock.millis() : "FW" + received.number();
        return said.write(received.message(), clock.instant(), number);
    }

    private static void refuse(HttpServletResponse response, int status, String rule) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        write(response, "{\"error\":\"" + rule + "\"}");
    }

    private static void write(HttpServletResponse response, String text) throws IOException {
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> some(@Nullable String header) {
        return Optional.ofNullable(header);
    }
}
