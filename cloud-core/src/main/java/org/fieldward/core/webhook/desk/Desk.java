package org.fieldward.core.webhook.desk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.ByteString;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Sight;

/** How requests about numbered messages are read and answered, whoever the messages came from. */
public final class Desk {

    private static final int MAX_LIMIT = 500;
    private static final int DEFAULT_LIMIT = 100;

    private Desk() {}

    /** What stands behind the servlet's own path; one empty text where nothing does. */
    public static List<String> parts(HttpServletRequest request) {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/");
        return List.of(path.substring(1).split("/"));
    }

    public static boolean isReading(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    /** Empty for what is no number of a message. */
    public static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** Only what came before this one is asked for. */
    public static Optional<Long> before(HttpServletRequest request) {
        return Optional.ofNullable(request.getParameter("before")).flatMap(Desk::number);
    }

    /** Messages in one answer. */
    public static int limit(HttpServletRequest request) {
        return Optional.ofNullable(request.getParameter("limit"))
                .flatMap(Desk::number)
                .map(number -> (int) Math.clamp(number, 1, MAX_LIMIT))
                .orElse(DEFAULT_LIMIT);
    }

    /** Everything where the door asks nobody who they are. */
    public static boolean isSeen(HttpServletRequest request, String facility) {
        Sight sight = request.getAttribute(Caller.class.getName()) instanceof Caller caller
                ? caller.sight()
                : Sight.EVERYTHING;
        return sight.reaches(List.of(facility), List.of(), List.of());
    }

    /** A message as it came. */
    public static void bytes(HttpServletResponse response, String name, ByteString content) throws IOException {
        response.setContentType("application/octet-stream");
        response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
        content.writeTo(response.getOutputStream());
    }

    public static void refuse(HttpServletResponse response, int status, String rule) throws IOException {
        write(response, status, JsonNodeFactory.instance.objectNode().put("error", rule));
    }

    public static void write(HttpServletResponse response, int status, JsonNode body) throws IOException {
        write(response, status, body.toString());
    }

    /** @param json written as it is */
    static void write(HttpServletResponse response, int status, String json) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    }
}
