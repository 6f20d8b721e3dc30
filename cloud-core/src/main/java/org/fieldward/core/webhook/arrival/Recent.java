package org.fieldward.core.webhook.arrival;

import com.google.protobuf.ByteString;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import org.fieldward.core.webhook.arrival.Arrivals.Name;

/** Messages of the last minutes, as far as there is room; each newer one may push out an older one. Thread-safe. */
final class Recent {

    /** A power of two: 1 MB, two minutes at 1,000 messages a second. */
    private static final int SIZE = 1 << 17;

    private final AtomicLongArray places = new AtomicLongArray(SIZE);

    /** Notes it; says whether it was noted before. */
    boolean again(Name name) {
        long hash = hash(name);
        return places.getAndSet((int) (hash & SIZE - 1), hash) == hash;
    }

    private static long hash(Name name) {
        ByteString digest = name.digest();
        long hash = Objects.hash(name.source(), name.facility(), name.controlId());
        for (int i = 0; i < Math.min(Long.BYTES, digest.size()); i++) {
            hash = hash * 257 + digest.byteAt(i);
        }
        return hash;
    }
}
