package org.fieldward.core.access.person;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.fieldward.core.access.Claims;
import org.fieldward.core.access.token.Issuer;
import org.fieldward.proto.password.PasswordHash;

/** Signing in with a name and a password or with a code that is good once, staying signed in, and signing out. Thread-safe. */
public final class SignIn {

    private static final Duration TOKEN_LIFE = Duration.ofMinutes(15);
    private static final int FREE_BY_NAME = 10;
    private static final int FREE_BY_ADDRESS = 20;
    private static final int SECRET_BYTES = 32;

    /** A password costs a processor for a good part of a second. */
    private static final int AT_ONCE = 2;

    /**
     * Somebody is signed in.
     *
     * @param secret opens the session, for a browser's cookie or a program that renews
     * @param token for programs
     */
    public record SignedIn(String secret, String token, Instant tokenUntil, Instant until, Claims claims) {
        @Override
        public String toString() {
            return "SignedIn[" + claims.subject() + "]";
        }
    }

    /** What became of a try. */
    public sealed interface Result {
        record Welcome(SignedIn who) implements Result {}

        record Wrong() implements Result {}

        /** Nothing was looked at. */
        record Later(Duration pause) implements Result {}
    }

    private final People people;
    private final Sessions sessions;
    private final Sessions.Limits limits;
    private final Issuer issuer;
    private final SecureRandom random;
    private final InstantSource clock;
    private final PasswordHash nobodys;
    private final Throttle byName = new Throttle(FREE_BY_NAME);
    private final Throttle byAddress = new Throttle(FREE_BY_ADDRESS);
    private final Semaphore atOnce = new Semaphore(AT_ONCE);

    /** @param iterations as passwords are kept with, so that an unknown name takes as long as a known one */
    public SignIn(
            People people,
            Sessions sessions,
            Sessions.Limits limits,
            Issuer issuer,
            int iterations,
            SecureRandom random,
            InstantSource clock) {
        this.people = people;
        this.sessions = sessions;
        this.limits = limits;
        this.issuer = issuer;
        this.random = random;
        this.clock = clock;
        nobodys = PasswordHash.of(bytes(secret()), iterations, random);
    }

    /** @param address whence it was tried */
    public Result withPassword(String name, String password, String address) {
        Instant now = clock.instant();
        Optional<Duration> pause = pause(name, address, now);
        if (pause.isPresent()) {
            return new Result.Later(pause.get());
        }
        if (!atOnce.tryAcquire()) {
            return new Result.Later(Duration.ofSeconds(1));
        }
        try {
            Optional<People.Person> person = people.find(name);
            boolean right = person.map(People.Person::password).orElse(nobodys).matches(bytes(password));
            if (person.isPresent() && right) {
                byName.succeeded(name);
                // A password takes its time.
                return begin(person.get(), clock.instant());
            }
        } finally {
            atOnce.release();
        }
        byName.failed(name, now);
        byAddress.failed(address, now);
        return new Result.Wrong();
    }

    public Result withCode(String code, String address) {
        Instant now = clock.instant();
        Optional<Duration> pause = byAddress.pause(address, now);
        if (pause.isPresent()) {
            return new Result.Later(pause.get());
        }
        Optional<People.Person> person = people.useCode(code, now);
        if (person.isEmpty()) {
            byAddress.failed(address, now);
            return new Result.Wrong();
        }
        return begin(person.get(), now);
    }

    /** For somebody whom a provider vouched for. */
    public SignedIn begin(Claims claims) {
        return begin(claims, Optional.empty(), clock.instant());
    }

    private Result begin(People.Person person, Instant now) {
        return new Result.Welcome(begin(person.claims(), Optional.of(person.name()), now));
    }

    private SignedIn begin(Claims claims, Optional<String> person, Instant now) {
        sessions.sweep(now.minus(limits.maxAge()));
        String secret = secret();
        return signedIn(secret, sessions.begin(secret, claims, person, now), now);
    }

    private SignedIn signedIn(String secret, Sessions.Session session, Instant now) {
        Instant until = session.until(limits);
        Instant tokenUntil = now.plus(TOKEN_LIFE).isBefore(until) ? now.plus(TOKEN_LIFE) : until;
        String token = issuer.issue(session.claims().subject(), session.id(), now, tokenUntil);
        return new SignedIn(secret, token, tokenUntil, until, session.claims());
    }

    /** Somebody is still there: the session lasts on, and there is a new token. Empty where it is over. */
    public Optional<SignedIn> renew(String secret) {
        Instant now = clock.instant();
        String id = Digest.text(secret);
        return alive(id, now)
                .filter(session -> sessions.renew(id, now))
                .map(session -> signedIn(
                        secret,
                        new Sessions.Session(id, session.claims(), session.person(), session.beganAt(), now),
                        now));
    }

    /** @return who it was, if the session was not over yet */
    public Optional<Claims> end(String secret) {
        String id = Digest.text(secret);
        Optional<Sessions.Session> session = alive(id, clock.instant());
        sessions.end(id);
        return session.map(Sessions.Session::claims);
    }

    /** Neither idle for too long nor too old. */
    Optional<Sessions.Session> alive(String id, Instant now) {
        return sessions.find(id).filter(session -> now.isBefore(session.until(limits)));
    }

    Instant until(Sessions.Session session) {
        return session.until(limits);
    }

    public Duration idle() {
        return limits.idle();
    }

    public boolean hasPeople() {
        return people.any();
    }

    private Optional<Duration> pause(String name, String address, Instant now) {
        Optional<Duration> forName = byName.pause(name, now);
        return forName.isPresent() ? forName : byAddress.pause(address, now);
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
