package org.fieldward.core.access.person;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.MachineDoor;
import org.fieldward.core.access.token.Issuer;
import org.fieldward.core.access.token.Provider;

/**
 * Knows the machines' token, the core's own tokens and sessions, and a provider's tokens. Where there is none of them, no
 * issuer, no token and no person, the door stands open: {@link #isOpen}.
 */
public final class PeopleDoor implements Doorkeeper {

    private static final Duration OPEN_KNOWN = Duration.ofSeconds(1);

    private final SignIn signIn;
    private final Issuer issuer;
    private final Optional<String> machineToken;
    private final MachineDoor machines;
    private final Optional<Provider.Reader> provider;
    private final InstantSource clock;
    private volatile boolean closed;
    private volatile Instant openUntil = Instant.MIN;

    public PeopleDoor(
            SignIn signIn,
            Issuer issuer,
            Optional<String> machineToken,
            Optional<Provider.Reader> provider,
            InstantSource clock) {
        this.signIn = signIn;
        this.issuer = issuer;
        this.machineToken = machineToken;
        this.machines = new MachineDoor(machineToken);
        this.provider = provider;
        this.clock = clock;
        closed = machineToken.isPresent() || provider.isPresent();
    }

    /** Whether whoever reaches the door is taken for an administrator. */
    public boolean isOpen() {
        if (closed) {
            return false;
        }
        Instant now = clock.instant();
        if (now.isBefore(openUntil)) {
            return true;
        }
        // Somebody may have been added by a command beside us.
        closed = signIn.hasPeople();
        openUntil = now.plus(OPEN_KNOWN);
        return !closed;
    }

    @Override
    public Answer who(Shown shown) {
        if (isOpen()) {
            return new Answer.Known(MachineDoor.LOOPBACK, Optional.empty());
        }
        Optional<String> bearer = shown.bearer();
        if (bearer.isPresent()) {
            return byToken(bearer.get());
        }
        if (shown.authorization().isPresent()) {
            return new Answer.Unknown("Authorization must be a bearer token");
        }
        return shown.session()
                .map(secret -> bySession(Digest.text(secret), Optional.empty()))
                .orElseGet(() -> new Answer.Unknown("sign in, or bring a bearer token"));
    }

    private Answer byToken(String token) {
        if (machineToken.isPresent() && machines.isOurs(token)) {
            return new Answer.Known(MachineDoor.MACHINE, Optional.empty());
        }
        if (Issuer.isOurs(token)) {
            return switch (issuer.read(token)) {
                case Issuer.Result.Good good -> bySession(good.session(), Optional.of(good.until()));
                case Issuer.Result.Bad bad -> new Answer.Unknown(bad.rule());
            };
        }
        if (provider.isEmpty()) {
            return new Answer.Unknown("the token is none of this core's");
        }
        return switch (provider.get().read(token)) {
            case Provider.Reader.Result.Known known ->
                new Answer.Known(known.claims().caller(), Optional.of(known.until()));
            case Provider.Reader.Result.Refused refused -> new Answer.Unknown(refused.rule());
        };
    }

    private Answer bySession(String id, Optional<Instant> tokenUntil) {
        return signIn.alive(id, clock.instant())
                .<Answer>map(session -> {
                    Instant end = signIn.until(session);
                    Instant until = tokenUntil.filter(end::isAfter).orElse(end);
                    return new Answer.Known(session.claims().caller(), Optional.of(until));
                })
                .orElseGet(() -> new Answer.Unknown("the session is over: sign in again"));
    }
}
