package org.fieldward.core.anchor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys on disk, for their owner's eyes only: a key file that others may read is refused. */
public final class KeyFile {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeyFile() {}

    /** The log's Ed25519 key pair; made when the file is not there yet. */
    public static KeyPair openOrMake(Path file, SecureRandom random) {
        if (Files.notExists(file)) {
            make(file, random);
        }
        return open(file);
    }

    /** The log's Ed25519 key pair, from PEM blocks for both halves. */
    public static KeyPair open(Path file) {
        String text = read(file);
        try {
            var keys = KeyFactory.getInstance("Ed25519");
            return new KeyPair(
                    keys.generatePublic(new X509EncodedKeySpec(block(text, "PUBLIC KEY"))),
                    keys.generatePrivate(new PKCS8EncodedKeySpec(block(text, "PRIVATE KEY"))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new AnchorException("key file " + file + " holds no Ed25519 key pair", e);
        }
    }

    /** The text of a key file, which only its owner may read. */
    public static String read(Path file) {
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
                    && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                throw new AnchorException(
                        "key file " + file + " must be readable by its owner only: chmod 600 " + file);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new AnchorException("key file " + file + " cannot be read", e);
        }
    }

    private static void make(Path file, SecureRandom random) {
        try {
            var generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            KeyPair pair = generator.generateKeyPair();
            String text = pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                    + pem("PUBLIC KEY", pair.getPublic().getEncoded());
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            Path fresh = posix
                    ? Files.createTempFile(folder, "key", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                    : Files.createTempFile(folder, "key", ".new");
            Files.writeString(fresh, text);
            try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            // A crash must leave either no key or a whole one: checkpoints signed by a lost key cannot be repeated.
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | GeneralSecurityException e) {
            throw new AnchorException("key file " + file + " cannot be made", e);
        }
    }

    private static String pem(String type, byte[] der) {
        String body =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.UTF_8)).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static byte[] block(String text, String type) {
        Matcher matcher = Pattern.compile("-----BEGIN " + type + "-----\\s+([A-Za-z0-9+/=\\s]+)-----END " + type)
                .matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no block " + type);
        }
        return Base64.getMimeDecoder().decode(matcher.group(1));
    }
}
