package org.fieldward.edge.stick;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.sequence.SequenceSet;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickException;

/**
 * What only the process that writes the buffer may do for an export: bring its losses into it and remember that the core may
 * hear of these records, and forget what a receipt confirms. For one thread.
 */
public final class StickDesk {

    /** Answered with the last sequence that may be exported. */
    public static final String EXPORT = "export-1";

    /** With the bytes of a receipt. */
    public static final String RECEIPT = "receipt-1";

    private static final int PATIENCE_SECONDS = 50;

    private final ReadingBuffer buffer;
    private final BufferWriter writer;
    private final Supplier<Stamp> now;
    private final Optional<Credential> own;
    private final LongUnaryOperator carried;
    private long unsentFrom;

    /**
     * @param own this gateway's, empty while it is not enrolled
     * @param carried tells the uplink below which sequence the core may hold anything, and returns where the uplink
     *     itself is
     */
    public StickDesk(
            ReadingBuffer buffer,
            BufferWriter writer,
            Supplier<Stamp> now,
            Optional<Credential> own,
            LongUnaryOperator carried) {
        this.buffer = buffer;
        this.writer = writer;
        this.now = now;
        this.own = own;
        this.carried = carried;
        unsentFrom = buffer.nextSequence();
    }

    public static boolean isFor(String request) {
        return request.equals(EXPORT) || request.equals(RECEIPT);
    }

    /** Answers a number, or a line for a person. */
    public String serve(String request, byte[] content) {
        try {
            return request.equals(EXPORT) ? Long.toString(export()) : receipt(content);
        } catch (StickException | IOException e) {
            return "the receipt is refused: " + e.getMessage();
        } catch (ExecutionException | TimeoutException e) {
            return "the buffer did not take it: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the agent is stopping";
        }
    }

    private long export() throws InterruptedException, ExecutionException, TimeoutException {
        await(writer.tellGaps(now.get()));
        long next = buffer.nextSequence();
        raise(next);
        return next - 1;
    }

    private long raise(long below) {
        unsentFrom = Math.max(unsentFrom, carried.applyAsLong(Math.max(below, unsentFrom)));
        return unsentFrom;
    }

    private String receipt(byte[] content)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Credential credential = own.orElseThrow(() -> new StickException("this gateway is not enrolled at any core"));
        String gateway = Pem.commonName(credential.certificate());
        Receipt receipt = Receipt.read(
                new ByteArrayInputStream(content), credential.chain().getLast());
        if (!receipt.gateway().equals(gateway)) {
            throw new StickException("it is for gateway " + receipt.gateway() + ", this is " + gateway);
        }
        SequenceSet ofNewest =
                receipt.held().getOrDefault(buffer.lives().newest().epoch(), SequenceSet.EMPTY);
        if (!ofNewest.isEmpty() && ofNewest.ranges().getLast().last() >= raise(0)) {
            // This very run was copied, as with a machine's memory: what waits is not what the core holds.
            await(writer.part());
        }
        long records = 0;
        for (Map.Entry<Long, SequenceSet> held : receipt.held().entrySet()) {
            records += buffer.lives().within(held.getKey(), held.getValue()).size();
            await(writer.confirm(held.getKey(), held.getValue()));
        }
        return "receipt of " + receipt.madeAt() + ": the core holds " + records
                + " records of this buffer, they need no room here any more; " + waiting() + " still wait";
    }

    private long waiting() {
        return Arrays.stream(Lane.values())
                .mapToLong(lane -> buffer.backlog(lane).records())
                .sum();
    }

    private static void await(CompletionStage<Void> done)
            throws InterruptedException, ExecutionException, TimeoutException {
        done.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
