package org.fieldward.edge.app;

import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.Quarantined;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.decode.Decoded;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.Formats;

/** Brings quarantined payloads back: through the decoder again, with their own time of arrival. */
public final class Quarantine {

    private final SqliteReadingBuffer buffer;
    private final BufferWriter writer;
    private final Formats formats;
    private final Supplier<Arrival> now;

    public Quarantine(SqliteReadingBuffer buffer, BufferWriter writer, Formats formats, Supplier<Arrival> now) {
        this.buffer = buffer;
        this.writer = writer;
        this.formats = formats;
        this.now = now;
    }

    /** @param name {@code replay-ID} or {@code discard-ID}; answers one line for a person */
    public String serve(String name) {
        int dash = name.indexOf('-');
        long id = Long.parseLong(name.substring(dash + 1));
        Optional<Quarantined> found =
                buffer.quarantined(id, 1).stream().filter(row -> row.id() == id).findFirst();
        if (found.isEmpty()) {
            return "there is no quarantined payload " + id;
        }
        if (found.get().state() != Quarantined.State.WAITING) {
            return "payload " + id + " is no longer waiting, it is "
                    + found.get().state();
        }
        try {
            return switch (name.substring(0, dash)) {
                case "replay" -> replay(id, found.get().rejected());
                case "discard" -> {
                    writer.discard(id).toCompletableFuture().get(10, TimeUnit.SECONDS);
                    yield "payload " + id + " was discarded";
                }
                default -> "unknown request '" + name + "'";
            };
        } catch (ExecutionException | TimeoutException e) {
            return "the buffer did not take it: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the agent is stopping";
        }
    }

    private String replay(long id, Rejected rejected)
            throws InterruptedException, ExecutionException, TimeoutException {
        Optional<Format> format = formats.format(rejected.device(), rejected.topic());
        if (format.isEmpty()) {
            return "payload " + id + " stays: no format for its topic";
        }
        Arrival current = now.get();
        var step = new AtomicLong();
        Decoded decoded = formats.decoder()
                .decode(
                        format.get(),
                        rejected.device(),
                        rejected.payload(),
                        () -> new Arrival(
                                rejected.receivedAt().plus(step.getAndIncrement(), ChronoUnit.MICROS),
                                current.tickMillis(),
                                current.boot(),
                                current.clock()));
        return switch (decoded) {
            case Decoded.Refused refused -> "payload " + id + " stays: " + refused.reason() + ", " + refused.detail();
            case Decoded.Readings readings -> {
                if (readings.rest().isPresent()) {
                    yield "payload " + id + " stays: " + readings.rest().get().reason() + ", "
                            + readings.rest().get().detail();
                }
                AppendResult result = writer.replay(id, readings.entries())
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
                yield switch (result) {
                    case AppendResult.Stored stored ->
                        "payload " + id + " became sequences " + stored.firstSequence() + ".." + stored.lastSequence();
                    case AppendResult.Full full -> "payload " + id + " stays: the buffer is full";
                };
            }
        };
    }
}
