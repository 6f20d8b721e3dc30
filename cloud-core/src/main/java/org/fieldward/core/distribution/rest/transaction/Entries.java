package org.fieldward.core.distribution.rest.transaction;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.google.protobuf.ByteString;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.fieldward.core.access.audit.Entry.Part;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Answer.Stamp;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.exchange.Target;
import org.fieldward.core.distribution.rest.store.Conditions;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryResponseComponent;
import org.hl7.fhir.r4.model.OperationOutcome;

/** Reads the requests out of a Bundle, and writes their answers into one. */
final class Entries {

    /** What one transaction may hold locked. */
    static final int MAX = 1_000;

    private Entries() {}

    static void judge(Bundle bundle) {
        if (bundle.getEntry().size() > MAX) {
            throw Refusal.of(
                    413, OperationOutcome.IssueType.TOOLONG, "Bundle.entry", "may have at most " + MAX + " entries");
        }
    }

    /** @throws BaseServerResponseException naming the entry */
    static Entry read(Bundle bundle, int index, Call outer) {
        BundleEntryComponent entry = bundle.getEntry().get(index);
        String place = "Bundle.entry[" + index + "]";
        BundleEntryRequestComponent request = entry.getRequest();
        if (!request.hasMethod() || !request.hasUrl()) {
            throw Refusal.bad(place + ".request", "must have method and url");
        }
        String method = request.getMethod().toCode();
        String url = relative(request.getUrl(), outer.base());
        int mark = url.indexOf('?');
        try {
            Target target = Target.parse(method, mark < 0 ? url : url.substring(0, mark));
            Map<String, List<String>> parameters = mark < 0 ? Map.of() : Conditions.query(url.substring(mark + 1));
            var call = new Call(
                    method, outer.base(), target, parameters, headers(request, outer), body(entry), outer.caller());
            return new Entry(index, call, Optional.ofNullable(entry.getFullUrl()));
        } catch (BaseServerResponseException e) {
            throw Refusal.in(index, e);
        }
    }

    private static String relative(String url, String base) {
        return url.startsWith(base + "/") ? url.substring(base.length() + 1) : url;
    }

    private static Call.Body body(BundleEntryComponent entry) {
        if (entry.getResource() == null) {
            return new Call.Body.None();
        }
        if (entry.getRequest().getMethod() == Bundle.HTTPVerb.PATCH && entry.getResource() instanceof Binary patch) {
            return new Call.Body.Bytes(
                    String.valueOf(patch.getContentType()).split(";", 2)[0],
                    patch.hasData() ? ByteString.copyFrom(patch.getData()) : ByteString.EMPTY);
        }
        return new Call.Body.Parsed(entry.getResource());
    }

    private static Map<String, String> headers(BundleEntryRequestComponent request, Call outer) {
        var headers = new HashMap<String, String>();
        if (request.hasIfMatch()) {
            headers.put("if-match", request.getIfMatch());
        }
        if (request.hasIfNoneMatch()) {
            headers.put("if-none-match", request.getIfNoneMatch());
        }
        if (request.hasIfNoneExist()) {
            headers.put("if-none-exist", request.getIfNoneExist());
        }
        if (request.hasIfModifiedSince()) {
            headers.put(
                    "if-modified-since",
                    DateTimeFormatter.RFC_1123_DATE_TIME
                            .withLocale(Locale.ROOT)
                            .format(request.getIfModifiedSince().toInstant().atOffset(ZoneOffset.UTC)));
        }
        outer.header("prefer").ifPresent(value -> headers.put("prefer", value));
        outer.header("x-facility").ifPresent(value -> headers.put("x-facility", value));
        return headers;
    }

    /** What the audit is told of one request: the resource that was written or read, or what was asked. */
    static Part part(Entry entry, int status, Optional<Stamp> stamp) {
        Call call = entry.call();
        Target target = call.target();
        String address = target.type()
                + target.id().map(id -> "/" + id).orElse("")
                + target.within().map(type -> "/" + type).orElse("")
                + target.operation().map(name -> "/" + name).orElse("");
        return new Part(
                target.interaction().code(),
                stamp.map(written -> written.key().toString())
                        .orElseGet(() -> call.parameters().isEmpty() ? address : address + "?" + query(call)),
                status);
    }

    private static String query(Call call) {
        var query = new StringJoiner("&");
        call.parameters().forEach((name, values) -> values.forEach(value -> query.add(name + "=" + value)));
        return query.toString();
    }

    /** What one request came to. */
    static BundleEntryComponent answer(Entry entry, Answer answer) {
        var written = new BundleEntryComponent();
        BundleEntryResponseComponent response = written.getResponse().setStatus(Integer.toString(answer.status()));
        if (answer.stamp().isPresent()) {
            Stamp stamp = answer.stamp().get();
            written.setFullUrl(entry.call().base() + "/" + stamp.key());
            response.setLocation(stamp.location()).setEtag(stamp.etag()).setLastModified(Date.from(stamp.updatedAt()));
        }
        answer.outcome().ifPresent(response::setOutcome);
        boolean asked = entry.call().method().equals("GET")
                || entry.call()
                        .preference("return")
                        .filter("representation"::equals)
                        .isPresent();
        if (asked) {
            answer.resource().ifPresent(written::setResource);
        }
        return written;
    }

    static BundleEntryComponent refusal(int status, Optional<OperationOutcome> outcome) {
        var written = new BundleEntryComponent();
        written.getResponse().setStatus(Integer.toString(status));
        outcome.ifPresent(told -> written.getResponse().setOutcome(told));
        return written;
    }
}
