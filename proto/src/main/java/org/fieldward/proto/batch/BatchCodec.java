package org.fieldward.proto.batch;

import java.util.List;

/** Placeholder until the codec lands in the next commit. */
public final class BatchCodec {

    private BatchCodec() {}

    public static byte[] encode(List<Sequenced> records) {
        throw new BatchException("no codec");
    }

    public static List<Sequenced> decode(byte[] batch) {
        throw new BatchException("no codec");
    }
}
