package org.fieldward.edge.ingest.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.fieldward.proto.password.PasswordHash;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts on disk, one line each: name, role, password hash; and one line for each name that is refused: name and
 * {@code revoked}. {@code #} begins a comment. Used by the command line to change, and by the door to read. A file that is
 * not there is a file without accounts. A reader that does not know a role or a line stops, so an older agent never lets
 * in whom this file refuses.
 */
public final class AccountFile {

    private static final Logger LOG = LoggerFactory.getLogger(AccountFile.class);
    private static final String HEADING =
            "# name role password-hash, or: name revoked; written by 'edge-agent account'";
    private static final String REVOKED = "revoked";

    private final Path path;

    /**
     * What the file says.
     *
     * @param accounts by name, in its order
     * @param revoked names that are refused, with an account or without
     */
    public record Content(SortedMap<String, Account> accounts, SortedSet<String> revoked) {
        public Content {
            accounts = Collections.unmodifiableSortedMap(new TreeMap<>(accounts));
            revoked = Collections.unmodifiableSortedSet(new TreeSet<>(revoked));
        }
    }

    public AccountFile(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    public Content read() {
        List<String> lines;
        try {
            lines = Files.readAllLines(path);
        } catch (NoSuchFileException e) {
            LOG.debug("No accounts file at {}", path);
            lines = List.of();
        } catch (IOException e) {
            throw new AccountException("could not read the accounts file " + path, e);
        }
        var accounts = new TreeMap<String, Account>();
        var revoked = new TreeSet<String>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    read(line.split("\\s+", -1), accounts, revoked);
                } catch (IllegalArgumentException e) {
                    throw new AccountException(path + " line " + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return new Content(accounts, revoked);
    }

    private static void read(String[] word, Map<String, Account> accounts, Set<String> revoked) {
        if (word.length == 2 && word[1].equals(REVOKED)) {
            revoked.add(named(word[0]));
        } else if (word.length != 3) {
            throw new IllegalArgumentException(
                    "a line must have a name, a role and a password hash, or a name and '" + REVOKED + "'");
        } else if (accounts.put(word[0], new Account(word[0], Role.of(word[1]), new PasswordHash(word[2]))) != null) {
            throw new IllegalArgumentException(word[0] + " comes twice");
        }
    }

    /** Adds an account or replaces the one of the same name. A revoked name stays so. */
    public void put(Account account) {
        put(List.of(account));
    }

    /** All of them in one writing, because each is synced: thousands take no longer than one. */
    public void put(List<Account> several) {
        Content now = read();
        var accounts = new TreeMap<>(now.accounts());
        several.forEach(account -> accounts.put(account.name(), account));
        write(accounts, now.revoked());
    }

    /** Returns whether there was one. A revoked name stays so. */
    public boolean remove(String name) {
        Content now = read();
        var accounts = new TreeMap<>(now.accounts());
        boolean removed = accounts.remove(name) != null;
        if (removed) {
            write(accounts, now.revoked());
        }
        return removed;
    }

    /** From now on the name is refused, with a password or a certificate. Returns false if it was so before. */
    public boolean revoke(String name) {
        Content now = read();
        var revoked = new TreeSet<>(now.revoked());
        boolean added = revoked.add(named(name));
        if (added) {
            write(now.accounts(), revoked);
        }
        return added;
    }

    /** Takes a revocation back. Returns whether there was one. */
    public boolean allow(String name) {
        Content now = read();
        var revoked = new TreeSet<>(now.revoked());
        boolean removed = revoked.remove(name);
        if (removed) {
            write(now.accounts(), revoked);
        }
        return removed;
    }

    private static String named(String name) {
        if (!DeviceId.isValid(name)) {
            throw new IllegalArgumentException(Account.NAME_RULE);
        }
        return name;
    }

    /** Whole or not at all: a new file takes the place of the old one. Readable by its owner only, where files have owners. */
    private void write(Map<String, Account> accounts, Set<String> revoked) {
        var lines = new ArrayList<String>();
        lines.add(HEADING);
        Stream.concat(accounts.keySet().stream(), revoked.stream())
                .sorted()
                .distinct()
                .forEach(name -> {
                    Account account = accounts.get(name);
                    if (account != null) {
                        lines.add(name + " " + account.role().word() + " "
                                + account.password().text());
                    }
                    if (revoked.contains(name)) {
                        lines.add(name + " " + REVOKED);
                    }
                });
        byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        Path target = path.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                if (Files.exists(target)) {
                    // An administrator who revokes must not leave a file that the agent's user can no longer read.
                    Files.setOwner(fresh, Files.getOwner(target));
                }
            }
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                for (var bytes = ByteBuffer.wrap(text); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AccountException("could not write the accounts file " + path, e);
        }
    }
}
