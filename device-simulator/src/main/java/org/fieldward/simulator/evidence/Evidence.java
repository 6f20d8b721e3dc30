package org.fieldward.simulator.evidence;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import org.fieldward.simulator.line.EvidenceCodec;
import org.fieldward.simulator.line.EvidenceLine;
import org.fieldward.simulator.sample.Message;

/**
 * An append-only file of what was sent and what was acknowledged. Every fact is handed to the operating system before
 * the call returns, so it outlives a kill of this process: a message is in the file before it is on the wire, and an
 * acknowledgement that is in the file was received. (A power cut may take the newest lines; the gateway under test is
 * then on another machine.) An existing file is continued. Thread-safe.
 */
public final class Evidence implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;
    private final InstantSource clock;
    private long next;

    private Evidence(Path file, FileChannel channel, InstantSource clock, long next) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
        this.next = next;
    }

    /** A line that a kill tore is cut off: what it was about was not yet sent, or is sent again. */
    public static Evidence open(Path file, InstantSource clock) {
        try {
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            EvidenceFile.Extent extent = new EvidenceFile(file).extent();
            channel.truncate(extent.bytes());
            channel.position(extent.bytes());
            return new Evidence(file, channel, clock, extent.highestNumber() + 1);
        } catch (IOException e) {
            throw new EvidenceException("could not open the evidence " + file, e);
        }
    }

    public Path file() {
        return file;
    }

    /**
     * To be called before a message goes out for the first time.
     *
     * @return the number to name it by from now on
     */
    public synchronized long sending(Message message, int qos) {
        long number = next++;
        append(
                switch (message.content()) {
                    case Message.Reading reading ->
                        new EvidenceLine.Sent(number, clock.instant(), qos, message.tricks(), reading.sample());
                    case Message.Waveform wave ->
                        new EvidenceLine.SentWaveform(
                                number,
                                clock.instant(),
                                qos,
                                message.device(),
                                wave.kind().key(),
                                digest(wave.bytes()));
                    case Message.Malformed malformed ->
                        new EvidenceLine.SentMalformed(
                                number,
                                clock.instant(),
                                qos,
                                message.device(),
                                malformed.defect(),
                                digest(malformed.bytes()));
                });
        return number;
    }

    /** To be called before a message goes out again. */
    public synchronized void resending(long number, int attempt) {
        append(new EvidenceLine.Resent(number, clock.instant(), attempt));
    }

    public synchronized void acked(long number) {
        append(new EvidenceLine.Acked(number, clock.instant()));
    }

    private void append(EvidenceLine line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(EvidenceCodec.encode(line));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new EvidenceException("could not write to the evidence " + file, e);
        }
    }

    private static EvidenceLine.Digest digest(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.asReadOnlyByteBuffer());
            return new EvidenceLine.Digest(bytes.size(), HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new EvidenceException("every Java has SHA-256, this one not", e);
        }
    }

    /** The file is forced to disk. */
    @Override
    public synchronized void close() {
        try (channel) {
            if (channel.isOpen()) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw new EvidenceException("could not close the evidence " + file, e);
        }
    }
}
