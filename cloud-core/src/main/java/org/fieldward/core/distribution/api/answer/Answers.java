package org.fieldward.core.distribution.api.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes JSON answers. */
public final class Answers {

    public static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    public static void write(HttpServletResponse response, int status, JsonNode body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        JSON.writeValue(response.getOutputStream(), body);
    }

    public static void refuse(HttpServletResponse response, ApiException e) throws IOException {
        write(response, e.status(), JsonNodeFactory.instance.objectNode().put("error", e.getMessage()));
    }
}
