package org.fieldward.edge.ingest.door;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps the log readable, and the disk free, when somebody does the same wrong thing over and over: one line a second and
 * address, which says how many there were. Thread-safe, bounded.
 */
final class Complaints {

    private static final long PAUSE_MILLIS = 1_000;
    private static final int MAX_ADDRESSES = 1_000;

    private static final class Told {
        private long atMillis;
        private long more;
    }

    private final Consumer<String> log;
    private final Map<String, Told> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    Complaints(Consumer<String> log) {
        this.log = log;
    }

    /** @param what one sentence without its end; nothing of a payload or a password */
    synchronized void about(String address, long nowMillis, String what) {
        Told told = byAddress.get(address);
        if (told == null) {
            told = new Told();
            byAddress.put(address, told);
        } else if (nowMillis - told.atMillis < PAUSE_MILLIS) {
            told.more++;
            return;
        }
        log.accept(told.more == 0 ? what : what + "; " + told.more + " more complaints about " + address + " before");
        told.atMillis = nowMillis;
        told.more = 0;
    }
}
