package org.fieldward.installer.parcel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** The same folder for Debian and Ubuntu: below /opt, with unit, settings and the gateway's own account. */
final class Deb {

    private static final Path DPKG = Path.of("/usr/bin/dpkg-deb");

    /**
     * The settings are no conffile: a release that knows one more key would stop every unattended upgrade with a question,
     * because each site has edited that file. They are put there once, under another name until they are whole.
     */
    private static final String POSTINST = """
            #!/bin/sh
            set -e
            settings=/etc/fieldward/edge-agent.properties
            if ! getent passwd fieldward-edge > /dev/null; then
              useradd --system --user-group --home-dir /var/lib/fieldward --shell /usr/sbin/nologin fieldward-edge
            fi
            install -d -o fieldward-edge -g fieldward-edge -m 700 /var/lib/fieldward
            if ! [ -e "$settings" ]; then
              install -d -m 755 /etc/fieldward
              install -m 644 /opt/fieldward-edge-agent/etc/edge-agent.properties "$settings.new"
              sync "$settings.new"
              mv "$settings.new" "$settings"
            fi
            if [ -d /run/systemd/system ]; then
              systemctl daemon-reload
              systemctl try-restart fieldward-edge-agent.service
              if ! systemctl --quiet is-enabled fieldward-edge-agent.service; then
                echo "The gateway is not started yet. Look at $settings first, and then:"
                echo "  systemctl enable --now fieldward-edge-agent"
              fi
            fi
            """;

    private static final String PRERM = """
            #!/bin/sh
            set -e
            if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
              systemctl disable --now fieldward-edge-agent.service
            fi
            """;

    /** Data and account stay, also when all is purged: somebody may want the readings that no core has yet. */
    private static final String POSTRM = """
            #!/bin/sh
            set -e
            root=${DPKG_ROOT:-}
            case "$1" in remove | purge) ;; *) exit 0 ;; esac
            if [ -d "$root/run/systemd/system" ]; then
              # Where the package was only half installed, nobody told it to stop before.
              systemctl stop fieldward-edge-agent.service 2> /dev/null || true
              systemctl daemon-reload
            fi
            if [ "$1" = purge ]; then
              rm -f "$root/etc/fieldward/edge-agent.properties" "$root/etc/fieldward/edge-agent.properties.new"
              rmdir --ignore-fail-on-non-empty "$root/etc/fieldward" 2> /dev/null || true
            fi
            if [ -n "$(ls -A "$root/var/lib/fieldward" 2> /dev/null)" ]; then
              echo "/var/lib/fieldward stays: readings that no core may have yet, their key, accounts and identity."
              echo "When nobody needs them any more: rm -r /var/lib/fieldward && userdel fieldward-edge"
            fi
            """;

    /** A file that root made in the gateway's folder could not be read by the gateway, which then would not start. */
    private static final String COMMAND = """
            #!/bin/sh
            # The gateway's commands, as its own user when root gives them: what they write must stay readable to it.
            set -eu
            if [ "$(id -u)" = 0 ]; then
              exec runuser -u fieldward-edge -- /opt/fieldward-edge-agent/bin/edge-agent "$@"
            fi
            exec /opt/fieldward-edge-agent/bin/edge-agent "$@"
            """;

    private static final String COPYRIGHT = """
            Fieldward's own code is under the Apache License 2.0: /usr/share/common-licenses/Apache-2.0

            The JDK in /opt/fieldward-edge-agent/jre is OpenJDK, under the GNU General Public License 2 with the Classpath
            Exception; its licences and notices are in /opt/fieldward-edge-agent/jre/legal.

            The licences and notices of the libraries are in /opt/fieldward-edge-agent/lib/edge-agent.jar, below
            META-INF/legal and the name of each.
            """;

    private Deb() {}

    static boolean isPossible() {
        return Files.isExecutable(DPKG);
    }

    static Path build(Path output, Path folder, String version, Machine machine) throws IOException {
        Path root = Files.createTempDirectory("fieldward-deb-");
        try {
            fill(root, folder);
            Path control = Files.createDirectories(root.resolve("DEBIAN"));
            Files.writeString(control.resolve("control"), control(version, machine, size(root)));
            script(control.resolve("postinst"), POSTINST);
            script(control.resolve("prerm"), PRERM);
            script(control.resolve("postrm"), POSTRM);
            Path file =
                    output.resolve("fieldward-edge-agent_" + debianVersion(version) + "_" + machine.debian() + ".deb");
            Tool.run(DPKG.toString(), "-Zgzip", "--root-owner-group", "--build", root.toString(), file.toString());
            return file;
        } finally {
            Tool.run("rm", "-rf", root.toString());
        }
    }

    private static void fill(Path root, Path folder) throws IOException {
        // A temporary folder is its maker's only, and the package's own would be so, too.
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path opt = Files.createDirectories(root.resolve("opt")).resolve("fieldward-edge-agent");
        copy(folder, opt);
        move(opt.resolve("systemd/fieldward-edge-agent.service"), root.resolve("usr/lib/systemd/system"));
        script(Files.createDirectories(root.resolve("usr/bin")).resolve("edge-agent"), COMMAND);
        Path documents = Files.createDirectories(root.resolve("usr/share/doc/fieldward-edge-agent"));
        Files.writeString(documents.resolve("copyright"), COPYRIGHT);
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
                Depends: libc6 (>= 2.17), passwd
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
