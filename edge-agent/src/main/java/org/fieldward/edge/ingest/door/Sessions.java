package org.fieldward.edge.ingest.door;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.fieldward.edge.ingest.access.Identity;

/** Who is in. One connection per identity and client id: the newer takes over from the older. Thread-safe. */
final class Sessions {

    /** Two identities may use one client id without meeting: a take-over is only ever by oneself. */
    record Key(Identity identity, String clientId) {}

    private final Map<Key, Connection> connections = new ConcurrentHashMap<>();

    /** Returns the older connection, which has to go. */
    Optional<Connection> enter(Key key, Connection connection) {
        return Optional.ofNullable(connections.put(key, connection));
    }

    /** Returns false if a newer connection has the key: then its leaving is no news. */
    boolean leave(Key key, Connection connection) {
        return connections.remove(key, connection);
    }

    Collection<Connection> all() {
        return List.copyOf(connections.values());
    }
}
