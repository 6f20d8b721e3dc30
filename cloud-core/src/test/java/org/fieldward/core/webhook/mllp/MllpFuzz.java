package org.fieldward.core.webhook.mllp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.fieldward.core.fuzz.Check;

/** Any bytes as a stream of frames: it ends, no frame is too long, and a whole frame behind them all is found. */
public final class MllpFuzz {

    private static final int MAX = 64;
    private static final byte[] LAST = {'l', 'a', 's', 't'};

    private MllpFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            var out = new ByteArrayOutputStream();
            out.write(input);
            Frames.write(out, LAST);
            var frames = new Frames(new ByteArrayInputStream(out.toByteArray()), MAX);
            byte[] newest = {};
            while (frames.await()) {
                Optional<Frames.Frame> frame = frames.rest();
                if (frame.isPresent() && frame.get() instanceof Frames.Frame.Whole whole) {
                    Check.that(whole.bytes().length <= MAX, "a frame must be at most as long as allowed");
                    newest = whole.bytes();
                }
            }
            Check.that(Arrays.equals(newest, LAST), "the frame behind broken ones must be found");
        } catch (IOException e) {
            throw new AssertionError("bytes in memory can be read", e);
        }
    }
}
