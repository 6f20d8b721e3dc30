package org.fieldward.edge.ingest.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.proto.password.PasswordHash;

/**
 * Checks passwords. Remembers in memory which were right, so that a reconnect costs microseconds and not the full price of
 * PBKDF2; what it remembers is keyed with a secret of this process and dies with the account's line. Thread-safe.
 */
public final class Accounts {

    private static final String MAC = "HmacSHA256";

    private final Watched<AccountFile.Content> file;
    private final SecretKeySpec memoryKey;
    private final PasswordHash nobody;
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

    private record Remembered(PasswordHash hash, String proof) {}

    public Accounts(AccountFile file, SecureRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        memoryKey = new SecretKeySpec(key, MAC);
        nobody = PasswordHash.ofNobody(PasswordHash.RANDOM_ITERATIONS, random);
        this.file = new Watched<>(file.path(), file::read);
    }

    public int size() {
        return file.get().accounts().size();
    }

    /** Refused whatever it shows. */
    public boolean isRevoked(String name) {
        return file.get().revoked().contains(name);
    }

    boolean isKnown(String name) {
        return file.get().accounts().containsKey(name);
    }

    /** Whether {@link #recall} knows the right password: then one that it does not recall is wrong. */
    boolean remembers(String name) {
        Account account = file.get().accounts().get(name);
        Remembered known = remembered.get(name);
        return account != null && known != null && known.hash().equals(account.password());
    }

    /** Costs microseconds. Empty if this password was not yet seen to be right: then ask {@link #verify}. */
    public Optional<Identity> recall(String name, byte[] password) {
        Account account = file.get().accounts().get(name);
        Remembered known = remembered.get(name);
        if (account == null
                || known == null
                || isRevoked(name)
                || !known.hash().equals(account.password())
                || !same(known.proof(), proof(password))) {
            return Optional.empty();
        }
        return Optional.of(account.identity());
    }

    /**
     * Blocks for up to a second: not for an event loop. An unknown or revoked name takes as long as a wrong password for one
     * that was made up by this version.
     */
    public Optional<Identity> verify(String name, byte[] password) {
        Account account = file.get().accounts().get(name);
        PasswordHash hash = account == null ? nobody : account.password();
        boolean right = hash.matches(password);
        if (account == null || !right || isRevoked(name)) {
            return Optional.empty();
        }
        remembered.put(name, new Remembered(hash, proof(password)));
        return Optional.of(account.identity());
    }

    /** Whether somebody who logged in earlier still may: the account is there with the same role and not revoked. */
    public boolean isCurrent(Identity identity) {
        Account account = file.get().accounts().get(identity.name());
        return account != null && account.identity().equals(identity) && !isRevoked(identity.name());
    }

    /**
     * Reads the file again if it changed; a file that cannot be understood leaves everything as it was. Blocks.
     *
     * @return whether it changed
     */
    public boolean refresh() {
        boolean changed = file.refresh();
        if (changed) {
            remembered.keySet().retainAll(file.get().accounts().keySet());
        }
        return changed;
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
