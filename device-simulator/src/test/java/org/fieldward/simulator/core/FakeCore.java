package org.fieldward.simulator.core;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.fieldward.simulator.line.ExportCodec;
import org.fieldward.simulator.line.StoredLine;

/** A core in memory: keeps one reading per device and instant, and shows them by our HTTP contract. */
public final class FakeCore implements CoreExport, AutoCloseable {

    /** Keeps {@code 37.0} as it came. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, ObjectNode> stored = new LinkedHashMap<>();
    private final List<BlockingQueue<String>> streams = new CopyOnWriteArrayList<>();

    public FakeCore() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException("no port for the fake core", e);
        }
        server.setExecutor(threads);
        server.createContext("/api/v1/readings", this::export);
        server.createContext(
                "/api/v1/gateways",
                exchange -> answer(exchange, "[{\"gateway\":\"g\",\"backlog\":{\"vital\":2,\"alarm\":1}}]"));
        server.createContext("/api/v1/stream", this::stream);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Takes a device's JSON as gateway and core together would; a repetition changes nothing. */
    public synchronized void accept(String device, byte[] payload) {
        try {
            JsonNode publish = JSON.readTree(payload);
            Iterable<JsonNode> readings = publish.isArray() ? publish : List.of(publish);
            for (JsonNode reading : readings) {
                ObjectNode line = line(device, reading);
                if (stored.putIfAbsent(device + " " + line.get("device_time"), line) == null) {
                    streams.forEach(stream -> stream.add(line.toString()));
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static ObjectNode line(String device, JsonNode reading) {
        JsonNode time = reading.path("time");
        Instant instant = time.isNumber() ? Instant.ofEpochMilli(time.asLong()) : Instant.parse(time.asText());
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("device", device)
                .put("patient", "p")
                .put("gateway", "g")
                .put("epoch", 1)
                .put("sequence", 1);
        line.put("version", 1).put("measured", instant.toString()).put("received", instant.toString());
        line.put("device_time", instant.toString());
        ObjectNode values = line.putObject("values");
        if (reading.path("values").isEmpty()) {
            throw new IllegalArgumentException("a reading must have values");
        }
        reading.path("values").properties().forEach(value -> {
            Parameter parameter = Catalogue.standard().key(value.getKey());
            JsonNode said = value.getValue();
            JsonNode number = said.isNumber() ? said : said.path("value");
            ObjectNode shown = values.putObject(parameter.key());
            if (said.has("absent")) {
                shown.put("absent", said.get("absent").asText());
            } else if (parameter.zeroIsOff() && number.decimalValue().signum() == 0) {
                shown.put("absent", "not-performed");
            } else {
                String unit =
                        said.path("unit").asText(parameter.unit().orElseThrow().ucum());
                if (Unit.ofUcum(unit).filter(parameter::allows).isEmpty()) {
                    throw new IllegalArgumentException("the unit is not allowed");
                }
                shown.put("value", number.decimalValue().toPlainString()).put("unit", unit);
            }
        });
        return line;
    }

    /** Spoils what is stored. */
    public synchronized void change(Consumer<Map<String, ObjectNode>> work) {
        work.accept(stored);
    }

    public synchronized List<ObjectNode> lines(String device) {
        return stored.values().stream()
                .filter(line -> line.get("device").asText().equals(device))
                .toList();
    }

    @Override
    public void readings(DeviceId device, TimeSpan span, Consumer<StoredLine> each) {
        lines(device.name()).stream()
                .map(ObjectNode::toString)
                .map(ExportCodec::decode)
                .filter(line -> span.contains(line.measured()))
                .forEach(each);
    }

    private void export(HttpExchange exchange) throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        Stream.of(exchange.getRequestURI().getQuery().split("&", -1)).forEach(part -> {
            int equals = part.indexOf('=');
            query.put(part.substring(0, equals), part.substring(equals + 1));
        });
        var text = new StringBuilder();
        for (ObjectNode line : lines(query.getOrDefault("device", ""))) {
            Instant measured = Instant.parse(line.get("measured").asText());
            boolean early = query.containsKey("from") && measured.isBefore(Instant.parse(query.get("from")));
            boolean late = query.containsKey("until") && !measured.isBefore(Instant.parse(query.get("until")));
            if (!early && !late) {
                text.append(line).append('\n');
            }
        }
        answer(exchange, text.toString());
    }

    private void stream(HttpExchange exchange) throws IOException {
        var queue = new LinkedBlockingQueue<String>();
        streams.add(queue);
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            while (true) {
                out.write(("data: " + queue.take() + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            streams.remove(queue);
        }
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
