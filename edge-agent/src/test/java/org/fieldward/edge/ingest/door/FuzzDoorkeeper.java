package org.fieldward.edge.ingest.door;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.access.AccountException;
import org.fieldward.edge.ingest.access.Doorkeeper;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.reading.DeviceId;

/**
 * Believes every user name: {@code dev-...} is a device, {@code slow-...} one that is looked at later, {@code busy} and
 * {@code none} do not come in, all others are screens. Nobody touches topics under {@code denied/}.
 */
final class FuzzDoorkeeper implements Doorkeeper {

    private record Waiting(CompletableFuture<Optional<Identity>> answer, Identity identity) {}

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Set<Identity> revoked = new HashSet<>();

    @Override
    public CompletionStage<Optional<Identity>> login(Attempt attempt) {
        String name = attempt.username().orElse("anybody");
        if (name.equals("busy")) {
            return CompletableFuture.failedFuture(new AccountException("busy"));
        }
        if (name.equals("none")) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        boolean device = name.startsWith("dev-") || name.startsWith("slow-");
        Identity identity =
                device && DeviceId.isValid(name) ? new Identity.Device(new DeviceId(name)) : new Identity.Screen(name);
        if (name.startsWith("slow-")) {
            var answer = new CompletableFuture<Optional<Identity>>();
            waiting.add(new Waiting(answer, identity));
            return answer;
        }
        return CompletableFuture.completedFuture(Optional.of(identity));
    }

    static boolean isDevice(String name) {
        return (name.startsWith("dev-") || name.startsWith("slow-")) && DeviceId.isValid(name);
    }

    /** Answers whoever waits. */
    void answer() {
        while (!waiting.isEmpty()) {
            Waiting next = waiting.remove();
            next.answer.complete(Optional.of(next.identity));
        }
    }

    void revoke(Identity identity) {
        revoked.add(identity);
    }

    void pardon() {
        revoked.clear();
    }

    @Override
    public boolean mayUseClientId(Identity identity, String clientId) {
        return true;
    }

    @Override
    public Publishing publishing(Identity identity, String topic) {
        if (topic.startsWith("denied/")) {
            return new Publishing.Denied();
        }
        return isStored(topic) && identity instanceof Identity.Device
                ? new Publishing.ToBuffer(Format.ofTopicLevel(topic.substring("store/".length())))
                : new Publishing.Local();
    }

    /** Whether a device's publish there has to be on disk before it is acknowledged. */
    static boolean isStored(String topic) {
        return topic.startsWith("store/");
    }

    @Override
    public boolean maySubscribe(Identity identity, TopicFilter filter) {
        return !filter.levels().getFirst().equals("denied");
    }

    @Override
    public boolean mayReceive(Identity identity, String topic) {
        return !topic.startsWith("denied/");
    }

    @Override
    public boolean isCurrent(Identity identity) {
        return !revoked.contains(identity);
    }

    @Override
    public boolean refresh() {
        return false;
    }
}
