package org.fieldward.core.distribution.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.fieldward.core.distribution.api.json.RegistryJson;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.live.Lines;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Readings;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/**
 * {@code GET /api/v1/readings?device=&patient=&from=&until=}: stored readings as NDJSON, one line each, oldest first.
 * It holds one page in memory, however much is asked for.
 */
public final class ExportServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final int PAGE = 1_000;
    private static final JsonFactory JSON = new JsonFactory();

    private final transient Readings readings;
    private final transient Territory territory;

    public ExportServlet(Readings readings, Territory territory) {
        this.readings = readings;
        this.territory = territory;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ReadingQuery query;
        try {
            query = query(request);
        } catch (ApiException e) {
            Answers.refuse(response, e);
            return;
        }
        Sight sight = Callers.sight(request);
        response.setContentType("application/x-ndjson");
        response.setCharacterEncoding("UTF-8");
        JsonGenerator json = JSON.createGenerator(response.getOutputStream());
        json.setRootValueSeparator(null);
        while (true) {
            List<Observed> page = readings.find(query);
            for (Observed observed : page) {
                if (territory.seesReading(sight, observed.record())) {
                    Lines.write(json, observed.record());
                    json.writeRaw('\n');
                }
            }
            if (page.size() < PAGE) {
                json.close();
                return;
            }
            query = behind(query, page.getLast().record());
        }
    }

    private static ReadingQuery behind(ReadingQuery query, StoredReading last) {
        var position = new Position(new DeviceId(last.getDevice()), Micros.instant(last.getMeasuredMicros()));
        return new ReadingQuery(
                query.patient(),
                query.device(),
                query.parameters(),
                query.from(),
                query.until(),
                false,
                Optional.of(position),
                PAGE);
    }

    private static ReadingQuery query(HttpServletRequest request) {
        for (String name : request.getParameterMap().keySet()) {
            if (!Set.of("device", "patient", "from", "until").contains(name)) {
                throw new ApiException(400, "the export knows device, patient, from and until");
            }
        }
        return new ReadingQuery(
                some(request, "patient"),
                some(request, "device").map(ExportServlet::device),
                Set.of(),
                some(request, "from").map(text -> RegistryJson.instant("from", text)),
                some(request, "until").map(text -> RegistryJson.instant("until", text)),
                false,
                Optional.empty(),
                PAGE);
    }

    private static Optional<String> some(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name)).filter(value -> !value.isEmpty());
    }

    private static DeviceId device(String name) {
        if (!DeviceId.isValid(name)) {
            throw new ApiException(400, "device must be a device's name");
        }
        return new DeviceId(name);
    }
}
