package org.fieldward.core.distribution.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fieldward.core.copy.Copies;
import org.fieldward.core.copy.States;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/copies}: how the copies in other stores are. */
public final class CopiesServlet extends HttpServlet {

    public static final String PATH = "/api/v1/copies";

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(CopiesServlet.class);

    private final transient Copies copies;

    public CopiesServlet(Copies copies) {
        this.copies = copies;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            copies.tell().forEach(told -> write(list.addObject(), told));
            Answers.write(response, 200, list);
        } catch (RuntimeException e) {
            LOG.error("a request about copies failed: {}", e.getClass().getName());
            Answers.refuse(response, new ApiException(500, "the server could not answer this"));
        }
    }

    private static void write(ObjectNode node, Copies.Told told) {
        States.State state = told.state();
        node.put("name", told.name()).put("lag", told.lag()).put("position", state.position());
        state.copiedAt().ifPresent(at -> node.put("copiedAt", at.toString()));
        node.put("failures", state.failures());
        state.failingSince().ifPresent(at -> node.put("failingSince", at.toString()));
        state.last()
                .ifPresent(last -> node.putObject("lastError")
                        .put("error", last.error())
                        .put("at", last.at().toString()));
        node.put("refused", state.refused());
        state.verification().ifPresent(verification -> {
            var drift = verification.drift();
            node.putObject("lastVerification")
                    .put("at", verification.at().toString())
                    .put("millis", verification.millis())
                    .put("compared", drift.compared())
                    .put("missing", drift.missing())
                    .put("extra", drift.extra())
                    .put("different", drift.different())
                    .put("mended", drift.mended())
                    .put("left", drift.left());
        });
    }
}
