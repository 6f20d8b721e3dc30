package org.fieldward.installer.parcel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** The same folder for Debian and Ubuntu: below /opt, with unit, settings and the gateway's own account. */
final class Deb {

    private static final Path DPKG = Path.of("/usr/bin/dpkg-deb");

    private static final String POSTINST = """
            #!/bin/sh
            set -e
            if ! getent passwd fieldward-edge > /dev/null; then
              useradd --system --user-group --home-dir /var/lib/fieldward --shell /usr/sbin/nologin fieldward-edge
            fi
            install -d -o fieldward-edge -g fieldward-edge -m 700 /var/lib/fieldward
            if [ -d /run/systemd/system ]; then
              systemctl daemon-reload
              systemctl try-restart fieldward-edge-agent.service
            fi
            """;

    /** Data and account stay: somebody may want the readings that no core has yet. */
    private static final String PRERM = """
            #!/bin/sh
            set -e
            if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
              systemctl disable --now fieldward-edge-agent.service
            fi
            """;

    private Deb() {}

    static boolean isPossible() {
        return Files.isExecutable(DPKG);
    }

    static Path build(Path output, Path folder, String version, Machine machine) throws IOException {
        Path root = Files.createTempDirectory("fieldward-deb-");
        try {
            Path opt = Files.createDirectories(root.resolve("opt"));
            copy(folder, opt.resolve("fieldward-edge-agent"));
            move(opt.resolve("fieldward-edge-agent/etc/edge-agent.properties"), root.resolve("etc/fieldward"));
            move(
                    opt.resolve("fieldward-edge-agent/systemd/fieldward-edge-agent.service"),
                    root.resolve("usr/lib/systemd/system"));
            Files.createDirectories(root.resolve("usr/bin"));
            Files.createSymbolicLink(
                    root.resolve("usr/bin/edge-agent"), Path.of("/opt/fieldward-edge-agent/bin/edge-agent"));
            Path control = Files.createDirectories(root.resolve("DEBIAN"));
            Files.writeString(control.resolve("conffiles"), "/etc/fieldward/edge-agent.properties\n");
            Files.writeString(control.resolve("control"), control(version, machine, size(root)));
            script(control.resolve("postinst"), POSTINST);
            script(control.resolve("prerm"), PRERM);
            Path file =
                    output.resolve("fieldward-edge-agent_" + debianVersion(version) + "_" + machine.debian() + ".deb");
            Tool.run(DPKG.toString(), "-Zgzip", "--root-owner-group", "--build", root.toString(), file.toString());
            return file;
        } finally {
            Tool.run("rm", "-rf", root.toString());
        }
    }

    /** In Debian's order a tilde is before nothing: a snapshot is older than its release. */
    private static String debianVersion(String version) {
        return version.replace("-SNAPSHOT", "~snapshot");
    }

    private static String control(String version, Machine machine, long kibibytes) {
        return """
                Package: fieldward-edge-agent
                Version: %s
                Architecture: %s
                Maintainer: Fieldward <packages@fieldward.example>
                Installed-Size: %d
                Depends: libc6, zlib1g, passwd
                Section: net
                Priority: optional
                Description: Fieldward gateway
                 Takes readings from devices over MQTT, keeps them through power cuts, raises
                 alarms, and carries them to the core. Ships its own JDK.
                """.formatted(debianVersion(version), machine.debian(), kibibytes);
    }

    private static long size(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            long bytes = 0;
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(one);
            }
            return bytes / 1024;
        }
    }

    private static void copy(Path from, Path to) {
        // With its times: the cache fits only jars of the same age.
        Tool.run("cp", "--archive", from.toString(), to.toString());
    }

    private static void move(Path file, Path into) throws IOException {
        Files.createDirectories(into);
        Files.move(file, into.resolve(file.getFileName().toString()));
        Files.delete(file.getParent());
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
