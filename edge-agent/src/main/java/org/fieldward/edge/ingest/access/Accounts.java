package org.fieldward.edge.ingest.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks passwords. Remembers in memory which were right, so that a reconnect costs microseconds and not the full price of
 * PBKDF2; what it remembers is keyed with a secret of this process and dies with the account's line. Thread-safe.
 */
public final class Accounts {

    private static final String MAC = "HmacSHA256";

    private final AccountFile file;
    private final SecretKeySpec memoryKey;
    private final PasswordHash nobody;
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
    private volatile Map<String, Account> accounts;
    private volatile FileTime readAt;

    private record Remembered(PasswordHash hash, String proof) {}

    public Accounts(AccountFile file, SecureRandom random) {
        this.file = file;
        byte[] key = new byte[32];
        random.nextBytes(key);
        memoryKey = new SecretKeySpec(key, MAC);
        nobody = PasswordHash.of(key, PasswordHash.RANDOM_ITERATIONS, random);
        readAt = file.lastModified();
        accounts = file.read();
    }

    public int size() {
        return accounts.size();
    }

    /** Costs microseconds. Empty if this password was not yet seen to be right: then ask {@link #verify}. */
    public Optional<Identity> recall(String name, byte[] password) {
        Account account = accounts.get(name);
        Remembered known = remembered.get(name);
        if (account == null
                || known == null
                || !known.hash().equals(account.password())
                || !same(known.proof(), proof(password))) {
            return Optional.empty();
        }
        return Optional.of(account.identity());
    }

    /** Blocks for up to a second: not for an event loop. An unknown name takes as long as a wrong password. */
    public Optional<Identity> verify(String name, byte[] password) {
        Account account = accounts.get(name);
        PasswordHash hash = account == null ? nobody : account.password();
        boolean right = hash.matches(password);
        if (account == null || !right) {
            return Optional.empty();
        }
        remembered.put(name, new Remembered(hash, proof(password)));
        return Optional.of(account.identity());
    }

    /** Whether somebody who logged in earlier still may: the account is there with the same role. */
    public boolean isCurrent(Identity identity) {
        return switch (identity) {
            case Identity.Device device -> holds(device.id().name(), identity);
            case Identity.Screen screen -> holds(screen.name(), identity);
        };
    }

    /**
     * Reads the file again if it changed; a file that cannot be understood leaves everything as it was. Blocks.
     *
     * @return whether it changed
     */
    public boolean refresh() {
        FileTime now = file.lastModified();
        if (now.equals(readAt)) {
            return false;
        }
        readAt = now;
        accounts = file.read();
        remembered.keySet().retainAll(accounts.keySet());
        return true;
    }

    private boolean holds(String name, Identity identity) {
        Account account = accounts.get(name);
        return account != null && account.identity().equals(identity);
    }

    private String proof(byte[] password) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(memoryKey);
            return new String(mac.doFinal(password), StandardCharsets.ISO_8859_1);
        } catch (GeneralSecurityException e) {
            throw new AccountException("this JDK has no " + MAC, e);
        }
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.ISO_8859_1), other.getBytes(StandardCharsets.ISO_8859_1));
    }
}
