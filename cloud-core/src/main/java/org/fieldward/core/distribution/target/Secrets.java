package org.fieldward.core.distribution.target;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.distribution.seal.Envelope;
import org.fieldward.core.distribution.target.Target.Secret;

/** What targets' messages are signed with: sealed in the database, open only here. Thread-safe. */
final class Secrets {

    private final Envelope envelope;

    Secrets(Envelope envelope) {
        this.envelope = envelope;
    }

    /** Each target's is sealed for that one: moved to another in the database, it opens no more. */
    private static String bound(String name) {
        return "target " + name;
    }

    Secret seal(String name, String secret) {
        return new Secret(envelope.seal(bound(name), secret), Optional.empty());
    }

    /** Whether its messages can be signed as it was promised: with the newest. */
    boolean open(String name, Target target) {
        return target.secrets().stream()
                .filter(secret -> secret.until().isEmpty())
                .anyMatch(secret -> open(name, secret).isPresent());
    }

    /** What is signed with at that time, the newest first. */
    List<String> valid(String name, Target target, Instant now) {
        return target.secrets().stream()
                .filter(secret ->
                        secret.until().filter(end -> !end.isAfter(now)).isEmpty())
                .flatMap(secret -> open(name, secret).stream())
                .toList();
    }

    /** The newest, until then beside the one that follows it; none if this key does not open it. */
    List<Secret> fading(String name, Target target, Instant until) {
        var fading = new ArrayList<Secret>();
        for (Secret secret : target.secrets()) {
            if (secret.until().isEmpty() && open(name, secret).isPresent()) {
                fading.add(new Secret(secret.sealed(), Optional.of(until)));
            }
        }
        return fading;
    }

    private Optional<String> open(String name, Secret secret) {
        return envelope.open(bound(name), secret.sealed());
    }

    /** Seals what an earlier version left in the database as it was. */
    void sealPlain(SqlReceivers receivers) {
        for (Entry entry : receivers.all(Optional.of(Kind.TARGET))) {
            Target.sealed(entry.definition(), secret -> envelope.seal(bound(entry.name()), secret))
                    .ifPresent(definition -> receivers.rewrite(entry, definition));
        }
    }
}
