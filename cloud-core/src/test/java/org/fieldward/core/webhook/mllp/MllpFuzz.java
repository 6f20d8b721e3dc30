package org.fieldward.core.webhook.mllp;

import com.google.protobuf.ByteString;
import org.fieldward.core.fuzz.Check;
import org.fieldward.proto.mllp.FrameReader;

/** Any bytes as a stream of frames: no frame is too long, and a whole frame behind them all is found. */
public final class MllpFuzz {

    private static final int MAX = 64;
    private static final ByteString LAST = ByteString.copyFromUtf8("last");

    private MllpFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        byte[] all = ByteString.copyFrom(input)
                .concat(ByteString.copyFrom(FrameReader.frame(LAST.toByteArray())))
                .toByteArray();
        ByteString newest = ByteString.EMPTY;
        for (FrameReader.Frame frame : new FrameReader(MAX).feed(all, all.length)) {
            if (frame instanceof FrameReader.Frame.Whole whole) {
                Check.that(whole.bytes().size() <= MAX, "a frame must be at most as long as allowed");
                newest = whole.bytes();
            }
        }
        Check.that(newest.equals(LAST), "the frame behind broken ones must be found");
    }
}
