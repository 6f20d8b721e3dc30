package org.fieldward.core.anchor.chain;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/** A folder of the repository with a package-lock.json, installed below target; installed once per lock. */
public final class NpmFolder {

    private NpmFolder() {}

    /** Skips the calling test, saying why, where there is no node, npm or registry. */
    public static Path install(String folder) {
        Path source = Path.of(System.getProperty("fieldward.root", "..")).resolve(folder);
        Path target =
                Path.of("target/npm").resolve(Path.of(folder).getFileName()).toAbsolutePath();
        Path marker = target.resolve("installed-package-lock.json");
        Path lock = source.resolve("package-lock.json");
        try {
            if (Files.exists(marker) && Files.mismatch(marker, lock) < 0) {
                return target;
            }
            Files.createDirectories(target);
            for (String name : new String[] {"package.json", "package-lock.json"}) {
                Files.copy(source.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
            Path output = target.resolve("npm.log");
            // Not "npm ci": a mirror may lack a node's binaries for platforms other than ours, which "ci" insists on.
            Process npm = new ProcessBuilder(
                            "npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
                    .directory(target.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = npm.waitFor(120, TimeUnit.SECONDS);
            npm.destroyForcibly();
            assumeTrue(ended && npm.exitValue() == 0, () -> "npm install failed for " + folder + ", see " + output);
            Files.copy(lock, marker, StandardCopyOption.REPLACE_EXISTING);
            return target;
        } catch (IOException e) {
            assumeTrue(false, "npm cannot be run: " + e.getMessage());
            return target;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
