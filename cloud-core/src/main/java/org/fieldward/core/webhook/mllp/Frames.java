package org.fieldward.core.webhook.mllp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.Optional;

/**
 * Messages out of a stream of bytes (HL7 MLLP release 2): each between 0x0B and 0x1C 0x0D. What stands between frames is
 * dropped. A frame that begins anew before it ended drops what it had, since its sender gets no acknowledgement and sends it
 * again. Not thread-safe.
 */
final class Frames {

    private static final int START = 0x0B;
    private static final int END = 0x1C;
    private static final int RETURN = 0x0D;

    private final PushbackInputStream in;
    private final int maxBytes;

    /** A frame. */
    sealed interface Frame {

        record Whole(byte[] bytes) implements Frame {}

        /** It had more bytes than allowed; they are gone, and the next frame is not. */
        record TooLong() implements Frame {}
    }

    Frames(InputStream in, int maxBytes) {
        this.in = new PushbackInputStream(in, 1);
        this.maxBytes = maxBytes;
    }

    /** Whether a frame began; blocks until it did or the sender closed. */
    boolean await() throws IOException {
        int next = in.read();
        while (next >= 0 && next != START) {
            next = in.read();
        }
        return next == START;
    }

    /** The rest of the frame that began; empty if the sender closed before its end. */
    Optional<Frame> rest() throws IOException {
        var bytes = new ByteArrayOutputStream(1_024);
        boolean tooLong = false;
        int next = in.read();
        while (next >= 0 && next != END) {
            if (next == START) {
                bytes.reset();
                tooLong = false;
            } else if (bytes.size() >= maxBytes) {
                tooLong = true;
            } else {
                bytes.write(next);
            }
            next = in.read();
        }
        if (next < 0) {
            return Optional.empty();
        }
        int after = in.read();
        // Some senders leave the return away.
        if (after >= 0 && after != RETURN) {
            in.unread(after);
        }
        return Optional.of(tooLong ? new Frame.TooLong() : new Frame.Whole(bytes.toByteArray()));
    }

    static void write(OutputStream out, byte[] message) throws IOException {
        byte[] framed = new byte[message.length + 3];
        framed[0] = START;
        System.arraycopy(message, 0, framed, 1, message.length);
        framed[message.length + 1] = END;
        framed[message.length + 2] = RETURN;
        out.write(framed);
        out.flush();
    }
}
