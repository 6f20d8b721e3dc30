package org.fieldward.edge.ingest.door;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What was wrong with the clients of each address. Keeps the log readable, and the disk free, when somebody does the same
 * wrong thing over and over: one line a second and address, which says how many there were. And has the next connections
 * from such an address wait, so that whoever comes again at once costs the others nothing. Thread-safe, bounded.
 */
final class Complaints {

    private static final long PAUSE_MILLIS = 1_000;
    private static final int MAX_ADDRESSES = 1_000;

    /** More than any ward of faulty devices has at once. */
    private static final int BORNE_AT_ONCE = 1_000;

    private static final int BORNE_PER_SECOND = 100;

    /** Well before a client that waited would be late with its CONNECT. */
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    private static final class Told {
        private final Throttle patience;
        private long atMillis;
        private long more;

        private Told(long nowMillis) {
            patience = new Throttle(BORNE_PER_SECOND, BORNE_AT_ONCE, nowMillis);
            atMillis = nowMillis - PAUSE_MILLIS;
        }
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
        Told told = byAddress.computeIfAbsent(address, unheard -> new Told(nowMillis));
        told.patience.spend();
        if (nowMillis - told.atMillis < PAUSE_MILLIS) {
            told.more++;
            return;
        }
        log.accept(told.more == 0 ? what : what + "; " + told.more + " more complaints about " + address + " before");
        told.atMillis = nowMillis;
        told.more = 0;
    }

    /** How long a new connection from there has to wait before it is read, in milliseconds; 0 for not at all. */
    synchronized long waitMillis(String address, long nowMillis) {
        Told told = byAddress.get(address);
        return told == null ? 0 : Math.min(LONGEST_WAIT_MILLIS, told.patience.waitMillis(nowMillis));
    }
}
