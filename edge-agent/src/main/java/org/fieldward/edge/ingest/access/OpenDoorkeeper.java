package org.fieldward.edge.ingest.access;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.ingest.topic.TopicFilter;

/** Lets everybody in and do everything, as a plain broker does: for practice and conformance suites, never for a ward. */
public final class OpenDoorkeeper implements Doorkeeper {

    /** Refused, so that a client can be tried on a refusal. */
    private static final String REFUSED_FILTER = "test/nosubscribe";

    @Override
    public CompletionStage<Optional<Identity>> login(Attempt attempt) {
        return CompletableFuture.completedFuture(Optional.of(new Identity.Screen("anybody")));
    }

    @Override
    public boolean mayUseClientId(Identity identity, String clientId) {
        return true;
    }

    @Override
    public Publishing publishing(Identity identity, String topic) {
        return new Publishing.Local();
    }

    @Override
    public boolean maySubscribe(Identity identity, TopicFilter filter) {
        return !filter.toString().equals(REFUSED_FILTER);
    }

    @Override
    public boolean mayReceive(Identity identity, String topic) {
        return true;
    }

    @Override
    public boolean isCurrent(Identity identity) {
        return true;
    }

    @Override
    public boolean refresh() {
        return false;
    }
}
