package org.fieldward.core.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/** Lets in, as an administrator, whoever brings one fixed token; where none is set, everybody. */
public final class MachineDoor implements Doorkeeper {

    public static final Caller MACHINE =
            new Caller("machine", "http.token-file", Set.of(Role.ADMINISTRATOR), Sight.EVERYTHING);
    public static final Caller LOOPBACK =
            new Caller("loopback", "this machine", Set.of(Role.ADMINISTRATOR), Sight.EVERYTHING);

    private final Optional<byte[]> tokenHash;

    public MachineDoor(Optional<String> token) {
        tokenHash = token.map(MachineDoor::hash);
    }

    @Override
    public Answer who(Shown shown) {
        if (tokenHash.isEmpty()) {
            return new Answer.Known(LOOPBACK, Optional.empty());
        }
        return shown.bearer().filter(this::isOurs).isPresent()
                ? new Answer.Known(MACHINE, Optional.empty())
                : new Answer.Unknown("a bearer token is needed");
    }

    /** Hashes have one length, so that comparing them tells nothing about the token's. */
    public boolean isOurs(String bearer) {
        return tokenHash.isPresent() && MessageDigest.isEqual(hash(bearer), tokenHash.get());
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
