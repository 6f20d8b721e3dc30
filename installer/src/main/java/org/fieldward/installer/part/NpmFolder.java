package org.fieldward.installer.part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Packages of the npm registry, as a committed lock names them. */
public final class NpmFolder {

    private static final String LOCK = "package-lock.json";

    /** Written last, so that an installation that broke off is made again. */
    private static final String INSTALLED_LOCK = "installed-" + LOCK;

    private NpmFolder() {}

    /**
     * Copies the files of {@code source} to {@code target} and installs what its lock names there, if it is not there yet.
     * No package's own scripts are run. Fails with a {@link PartException} where Node and npm are not installed or the
     * registry does not answer.
     *
     * @param source the folder with package.json, its lock, and programs that use the packages
     */
    public static Path install(Path source, Path target, Path log) {
        try {
            Files.createDirectories(target);
            List<Path> files;
            try (Stream<Path> all = Files.list(source)) {
                files = all.filter(Files::isRegularFile).toList();
            }
            for (Path file : files) {
                Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            Path lock = source.resolve(LOCK);
            Path marker = target.resolve(INSTALLED_LOCK);
            if (Files.exists(marker) && Files.mismatch(marker, lock) < 0) {
                return target;
            }
            // Not "npm ci": a mirror may lack the packages of other platforms, on which "ci" insists.
            RunningPart.run(
                    "npm",
                    List.of(
                            "npm",
                            "install",
                            "--no-save",
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund",
                            "--prefix",
                            target.toString()),
                    log,
                    Duration.ofMinutes(3));
            Files.copy(lock, marker, StandardCopyOption.REPLACE_EXISTING);
            return target;
        } catch (IOException e) {
            throw new PartException("could not prepare " + target, e);
        }
    }
}
