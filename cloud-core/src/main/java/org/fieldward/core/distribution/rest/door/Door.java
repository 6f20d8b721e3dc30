package org.fieldward.core.distribution.rest.door;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.IRestfulServer;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.method.MethodMatchEnum;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.google.protobuf.ByteString;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fieldward.core.access.Caller;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.entry.Trail;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Target;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.jspecify.annotations.Nullable;

/** Stands where HAPI has a method of a provider: HAPI reads the request's frame and writes the answer's text. */
public final class Door extends BaseMethodBinding {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Function<Call, Answer> room;

    public Door(FhirContext context, Function<Call, Answer> room) {
        super(unused(), context, room);
        this.room = room;
    }

    /** HAPI wants to know a method of a provider, and its parameters. */
    private static Method unused() {
        return Arrays.stream(Object.class.getMethods())
                .filter(method -> method.getParameterCount() == 0)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public @Nullable String getResourceName() {
        return null;
    }

    @Override
    public RestOperationTypeEnum getRestOperationType() {
        return RestOperationTypeEnum.EXTENDED_OPERATION_SERVER;
    }

    @Override
    public MethodMatchEnum incomingServerRequestMatchesMethod(RequestDetails request) {
        return MethodMatchEnum.EXACT;
    }

    @Override
    public @Nullable Object invokeServer(IRestfulServer<?> server, RequestDetails request) throws IOException {
        var exchange = (ServletRequestDetails) request;
        Call call = call(exchange);
        Answer answer = room.apply(call);
        answer.patients().forEach(patient -> Trail.concerns(exchange.getServletRequest(), patient));
        Trail.holds(exchange.getServletRequest(), answer.parts());
        headers(call, answer, exchange.getServletResponse());
        answer.stamp()
                .ifPresent(stamp ->
                        Trail.names(exchange.getServletRequest(), stamp.key().toString()));
        IBaseResource body = answer.resource()
                .<IBaseResource>map(resource -> resource)
                .or(() -> answer.outcome())
                .orElse(null);
        if (answer.content().isPresent()) {
            HttpServletResponse response = exchange.getServletResponse();
            response.setStatus(answer.status());
            response.setContentType(answer.content().get().type());
            answer.content().get().write(response.getOutputStream());
            return null;
        }
        if (body == null) {
            exchange.getServletResponse().setStatus(answer.status());
            return null;
        }
        if (body instanceof Binary binary && isRaw(call)) {
            return raw(binary, answer.status(), exchange.getServletResponse());
        }
        return RestfulServerUtils.streamResponseAsResource(
                server,
                body,
                RestfulServerUtils.determineSummaryMode(request),
                answer.status(),
                false,
                request.isRespondGzip(),
                request);
    }

    public static Call call(ServletRequestDetails request) {
        HttpServletRequest http = request.getServletRequest();
        String method = http.getMethod();
        String path = path(request);
        var parameters = request.getParameters().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
        var headers = new HashMap<String, String>();
        for (String name : Collections.list(http.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), String.join(",", Collections.list(http.getHeaders(name))));
        }
        return new Call(
                method,
                request.getFhirServerBase(),
                Target.parse(method, path),
                parameters,
                headers,
                body(request, headers),
                caller(http));
    }

    private static Call.Body body(RequestDetails request, Map<String, String> headers) {
        byte[] content = request.loadRequestContents();
        String type = headers.getOrDefault("content-type", "")
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT);
        return content.length == 0 && type.isEmpty()
                ? new Call.Body.None()
                : new Call.Body.Bytes(type, ByteString.copyFrom(content));
    }

    private static String path(RequestDetails request) {
        String path = request.getRequestPath();
        return path == null ? "" : path;
    }

    public static Caller caller(HttpServletRequest request) {
        return Callers.of(request);
    }

    private static void headers(Call call, Answer answer, HttpServletResponse response) {
        answer.stamp().ifPresent(stamp -> {
            response.setHeader("ETag", stamp.etag());
            response.setHeader("Last-Modified", HTTP_DATE.format(stamp.updatedAt()));
            boolean wrote = !call.target().interaction().isReading();
            if (wrote && answer.status() != 204) {
                response.setHeader(
                        answer.status() == 201 ? "Location" : "Content-Location", call.base() + "/" + stamp.location());
            }
        });
        answer.headers().forEach(response::setHeader);
    }

    /** A Binary is its content, unless FHIR is asked for (https://hl7.org/fhir/R4/binary.html#rest). */
    private static boolean isRaw(Call call) {
        boolean read = switch (call.target().interaction()) {
            case READ, VREAD -> true;
            case HISTORY, SEARCH, CREATE, UPDATE, PATCH, DELETE, OPERATION, BATCH, CAPABILITIES -> false;
        };
        String accept = call.header("accept").orElse("");
        return read && call.parameter("_format").isEmpty() && !accept.contains("fhir+") && !accept.contains("/json");
    }

    private static @Nullable Object raw(Binary binary, int status, HttpServletResponse response) throws IOException {
        response.setStatus(status);
        response.setContentType(binary.hasContentType() ? binary.getContentType() : "application/octet-stream");
        // What somebody stored must not become a page of this site.
        response.setHeader("Content-Disposition", "attachment");
        if (binary.hasSecurityContext()) {
            response.setHeader("X-Security-Context", binary.getSecurityContext().getReference());
        }
        response.getOutputStream().write(binary.hasData() ? binary.getData() : new byte[0]);
        return null;
    }
}
