package org.fieldward.edge.ingest.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts on disk, one line each: name, role, password hash; {@code #} begins a comment. Used by the command line to
 * add and remove, and by the door to read. A file that is not there is a file without accounts.
 */
public final class AccountFile {

    private static final Logger LOG = LoggerFactory.getLogger(AccountFile.class);
    private static final String HEADING = "# name role password-hash; written by 'edge-agent account'";

    private final Path path;

    public AccountFile(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /** By name, in its order. */
    public Map<String, Account> read() {
        List<String> lines;
        try {
            lines = Files.readAllLines(path);
        } catch (NoSuchFileException e) {
            LOG.debug("No accounts file at {}", path);
            return Map.of();
        } catch (IOException e) {
            throw new AccountException("could not read the accounts file " + path, e);
        }
        var accounts = new TreeMap<String, Account>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                Account account = account(line, i + 1);
                if (accounts.put(account.name(), account) != null) {
                    throw new AccountException(path + " line " + (i + 1) + ": " + account.name() + " comes twice");
                }
            }
        }
        return accounts;
    }

    /** Adds an account or replaces the one of the same name. */
    public void put(Account account) {
        var accounts = new TreeMap<>(read());
        accounts.put(account.name(), account);
        write(accounts);
    }

    /** Returns whether there was one. */
    public boolean remove(String name) {
        var accounts = new TreeMap<>(read());
        boolean removed = accounts.remove(name) != null;
        if (removed) {
            write(accounts);
        }
        return removed;
    }

    /** Changes whenever the file does. */
    FileTime lastModified() {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            LOG.debug("No accounts file at {}", path, e);
            return FileTime.fromMillis(0);
        }
    }

    private Account account(String line, int number) {
        String[] word = line.split("\\s+", -1);
        try {
            if (word.length != 3) {
                throw new IllegalArgumentException("a line must have a name, a role and a password hash");
            }
            return new Account(word[0], Role.of(word[1]), new PasswordHash(word[2]));
        } catch (IllegalArgumentException e) {
            throw new AccountException(path + " line " + number + ": " + e.getMessage(), e);
        }
    }

    /** Whole or not at all: a new file takes the place of the old one. Readable by its owner only, where files have owners. */
    private void write(Map<String, Account> accounts) {
        var lines = new ArrayList<String>();
        lines.add(HEADING);
        accounts.values()
                .forEach(account -> lines.add(account.name() + " "
                        + account.role().word() + " " + account.password().text()));
        Path target = path.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(fresh, lines, StandardCharsets.UTF_8);
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AccountException("could not write the accounts file " + path, e);
        }
    }
}
