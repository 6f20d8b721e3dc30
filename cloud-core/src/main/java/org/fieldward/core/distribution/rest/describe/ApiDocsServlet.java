package org.fieldward.core.distribution.rest.describe;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.core.access.Interaction;

/** The OpenAPI document, and for a browser the same as a plain page. */
public final class ApiDocsServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private final transient List<Served> served;

    public ApiDocsServlet(List<Served> served) {
        this.served = List.copyOf(served);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean page =
                Optional.ofNullable(request.getHeader("Accept")).orElse("").contains("text/html");
        response.setContentType(page ? "text/html" : "application/json");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Vary", "Accept");
        // Relative, so that it is right behind any proxy.
        String text = page ? page() : OpenApi.document(served, "/fhir").toPrettyString();
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String page() {
        String rows = served.stream().map(ApiDocsServlet::row).collect(Collectors.joining("\n"));
        return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>FHIR API</title><body><h1>FHIR API</h1>"
                + "<p>R4, JSON or XML. Machines: <a href=\"/fhir/metadata\">CapabilityStatement</a>; this address without"
                + " <code>Accept: text/html</code> is an OpenAPI 3 document.</p><table border=\"1\"><thead><tr><th>Type"
                + "<th>Interactions<th>Operations<th>Search parameters</thead><tbody>\n" + rows
                + "\n</tbody></table></body></html>\n";
    }

    private static String row(Served served) {
        return "<tr><td>" + served.type() + "<td>"
                + served.interactions().stream().map(Interaction::code).collect(Collectors.joining(", "))
                + "<td>"
                + served.operations().stream().map(Served.Operation::name).collect(Collectors.joining(", "))
                + "<td>"
                + served.parameters().stream().map(Served.Parameter::name).collect(Collectors.joining(", "));
    }
}
