package org.fieldward.proto.mllp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.fieldward.proto.mllp.FrameReader.Frame;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final String STREAM =
            "garbage\u000bone\u001c\r\u000btwo\u001c\r\u000bbroken\u000bthree\u001c\u000bfour\rX\u001c\r\n";

    @Test
    void frames_come_out_whole_however_the_stream_is_cut() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var reader = new FrameReader(100);
            byte[] stream = STREAM.getBytes(StandardCharsets.ISO_8859_1);
            List<Frame> frames = new ArrayList<>();
            for (int from = 0; from < stream.length; ) {
                int to = Math.min(stream.length, from + 1 + random.nextInt(12));
                byte[] piece = Arrays.copyOfRange(stream, from, to);
                frames.addAll(reader.feed(piece, piece.length));
                from = to;
            }
            assertThat(frames)
                    .as("seed " + seed)
                    .containsExactly(whole("one"), whole("two"), whole("three"), whole("four\rX"));
            assertThat(reader.isInside()).isFalse();
        }
    }

    @Test
    void a_frame_that_is_too_long_is_said_to_be_and_the_next_one_is_read() {
        var reader = new FrameReader(5);
        byte[] bytes = "\u000b123456789\u001c\r\u000b12345\u001c\r\u000bhalf".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(reader.feed(bytes, bytes.length)).containsExactly(new Frame.TooLong(), whole("12345"));
        assertThat(reader.isInside()).isTrue();
    }

    @Test
    void what_is_framed_is_read_again() {
        byte[] framed = FrameReader.frame("MSA".getBytes(StandardCharsets.US_ASCII));

        assertThat(new FrameReader(9).feed(framed, framed.length)).containsExactly(whole("MSA"));
    }

    private static Frame whole(String text) {
        return new Frame.Whole(ByteString.copyFromUtf8(text));
    }
}
