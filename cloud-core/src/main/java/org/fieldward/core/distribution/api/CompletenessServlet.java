package org.fieldward.core.distribution.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.completeness.Completeness;
import org.fieldward.core.completeness.Question;
import org.fieldward.core.completeness.Report;
import org.fieldward.core.completeness.ReportCsv;
import org.fieldward.core.completeness.ReportJson;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.fieldward.core.distribution.entry.Callers;

/**
 * {@code GET /api/v1/completeness?facility=&bed=&from=&to=&format=}: how much is here, per bed and day, as JSON or CSV;
 * {@code …/statement}: the same, signed; {@code …/key}: what that is checked with.
 */
public final class CompletenessServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final int DEFAULT_DAYS = 7;

    private final transient Completeness completeness;
    private final transient Territory territory;
    private final transient InstantSource clock;

    public CompletenessServlet(Completeness completeness, Territory territory, InstantSource clock) {
        this.completeness = completeness;
        this.territory = territory;
        this.clock = clock;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Instant now = clock.instant();
        try {
            switch (Optional.ofNullable(request.getPathInfo()).orElse("/")) {
                case "/" -> report(request, response, now);
                case "/statement" -> {
                    Question question = question(request, now, Set.of("facility", "bed", "from", "to"));
                    mayState(question, Callers.sight(request));
                    response.setHeader(
                            "Content-Disposition",
                            "attachment; filename=\"completeness-" + question.from() + "-" + question.to() + ".note\"");
                    write(response, "text/plain", completeness.statement(question, now));
                }
                case "/key" ->
                    Answers.write(
                            response,
                            200,
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("key", completeness.key().text()));
                default -> throw new ApiException(404, "there is nothing here by that name");
            }
        } catch (ApiException e) {
            Answers.refuse(response, e);
        }
    }

    private void report(HttpServletRequest request, HttpServletResponse response, Instant now) throws IOException {
        Question question = question(request, now, Set.of("facility", "bed", "from", "to", "format"));
        Sight sight = Callers.sight(request);
        Report report = sight.isEverything()
                ? completeness.report(question, now)
                : completeness.report(question, gateway -> territory.seesGateway(sight, gateway), now);
        switch (given(request, "format").orElse("json")) {
            case "json" -> Answers.write(response, 200, ReportJson.write(report));
            case "csv" -> write(response, "text/csv", ReportCsv.write(report));
            default -> throw new ApiException(400, "format must be json or csv");
        }
    }

    /** What is signed must hold all that it says it is about. */
    private void mayState(Question question, Sight sight) {
        boolean may = sight.isEverything()
                || question.facility()
                        .filter(gateway -> territory.seesGateway(sight, gateway))
                        .isPresent();
        if (!may) {
            throw new ApiException(403, "facility must be one of yours: a statement holds all that it is about");
        }
    }

    private static void write(HttpServletResponse response, String type, String text) throws IOException {
        response.setContentType(type);
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private Question question(HttpServletRequest request, Instant now, Set<String> known) {
        for (String name : request.getParameterMap().keySet()) {
            if (!known.contains(name)) {
                throw new ApiException(
                        400, "completeness knows facility, bed, from and to, and of a report its format");
            }
        }
        Optional<LocalDate> from = given(request, "from").map(text -> day("from", text));
        Optional<LocalDate> to = given(request, "to").map(text -> day("to", text));
        LocalDate today = completeness.facilities().today(now);
        try {
            LocalDate last = to.orElseGet(() -> from.map(first -> first.plusDays(DEFAULT_DAYS - 1))
                    .filter(today::isAfter)
                    .orElse(today));
            return new Question(
                    given(request, "facility"),
                    given(request, "bed"),
                    from.orElseGet(() -> last.minusDays(DEFAULT_DAYS - 1)),
                    last);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ApiException(400, String.valueOf(e.getMessage()));
        }
    }

    private static LocalDate day(String field, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new ApiException(400, field + " must be a day such as 2026-03-01");
        }
    }

    private static Optional<String> given(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name)).filter(value -> !value.isEmpty());
    }
}
