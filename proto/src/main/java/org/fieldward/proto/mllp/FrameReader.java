package org.fieldward.proto.mllp;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages out of a stream of bytes that comes in pieces (HL7 MLLP release 1 and 2): each between 0x0B and 0x1C 0x0D. What
 * stands between frames is dropped, so a sender may leave the last byte away. A frame that begins anew before it ended drops
 * what it had, since its sender gets no acknowledgement and sends it again. Not thread-safe.
 */
public final class FrameReader {

    private static final byte START = 0x0B;
    private static final byte END = 0x1C;
    private static final byte RETURN = 0x0D;

    private final int maxBytes;
    private ByteString.Output bytes = ByteString.newOutput();
    private boolean inside;
    private boolean tooLong;

    /** A frame. */
    public sealed interface Frame {

        record Whole(ByteString bytes) implements Frame {}

        /** It had more bytes than allowed; they are gone, and the next frame is not. */
        record TooLong() implements Frame {}
    }

    public FrameReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The frames that end in the first {@code length} bytes of this piece, in their order. */
    public List<Frame> feed(byte[] piece, int length) {
        var ended = new ArrayList<Frame>(1);
        for (int i = 0; i < length; i++) {
            byte next = piece[i];
            if (next == START) {
                begin();
            } else if (inside && next == END) {
                ended.add(tooLong ? new Frame.TooLong() : new Frame.Whole(bytes.toByteString()));
                inside = false;
                bytes = ByteString.newOutput();
            } else if (inside && bytes.size() >= maxBytes) {
                tooLong = true;
                bytes = ByteString.newOutput();
            } else if (inside && !tooLong) {
                bytes.write(next);
            }
        }
        return ended;
    }

    private void begin() {
        inside = true;
        tooLong = false;
        bytes = ByteString.newOutput();
    }

    /** Whether a frame began and has not ended. */
    public boolean isInside() {
        return inside;
    }

    public static byte[] frame(byte[] message) {
        byte[] framed = new byte[message.length + 3];
        framed[0] = START;
        System.arraycopy(message, 0, framed, 1, message.length);
        framed[message.length + 1] = END;
        framed[message.length + 2] = RETURN;
        return framed;
    }
}
