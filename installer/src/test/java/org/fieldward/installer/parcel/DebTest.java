package org.fieldward.installer.parcel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the package does to a machine, beside what {@code installer/debian} sees on a Debian that was booted. */
class DebTest {

    private static final Machine HERE = new Machine("linux-x64", "", "", "amd64");

    @TempDir
    private Path folder;

    private Path deb;

    @BeforeEach
    void build() throws IOException {
        assumeTrue(Deb.isPossible(), "there is no dpkg-deb");
        Path packed = folder.resolve("packed");
        put(packed.resolve("bin/edge-agent"), "");
        put(packed.resolve("etc/edge-agent.properties"), "data.directory=/var/lib/fieldward\n");
        put(packed.resolve("systemd/fieldward-edge-agent.service"), "");
        deb = Deb.build(folder, packed, "0.1.0-SNAPSHOT", HERE);
    }

    private static void put(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** The files that dpkg runs, and those that it puts on the machine. */
    private Path unpacked() throws IOException {
        Path there = Files.createTempDirectory(folder, "unpacked");
        Tool.run("dpkg-deb", "--raw-extract", deb.toString(), there.toString());
        return there;
    }

    private String script(String name, String step) throws IOException {
        return Tool.run(
                "env",
                "DPKG_ROOT=" + folder.resolve("machine"),
                "sh",
                unpacked().resolve("DEBIAN").resolve(name).toString(),
                step);
    }

    @Test
    void an_upgrade_asks_nothing_about_settings_that_a_site_has_edited() throws IOException {
        Path unpacked = unpacked();

        assertThat(unpacked.resolve("DEBIAN/conffiles")).doesNotExist();
        assertThat(unpacked.resolve("etc")).doesNotExist();
        assertThat(unpacked.resolve("opt/fieldward-edge-agent/etc/edge-agent.properties"))
                .exists();
    }

    @Test
    void a_snapshot_is_older_than_its_release() {
        assertThat(deb.getFileName()).hasToString("fieldward-edge-agent_0.1.0~snapshot_amd64.deb");
    }

    @Test
    void every_script_is_one_that_sh_understands() throws IOException {
        Path unpacked = unpacked();

        List.of("DEBIAN/postinst", "DEBIAN/prerm", "DEBIAN/postrm", "usr/bin/edge-agent")
                .forEach(file -> {
                    assertThat(unpacked.resolve(file)).isExecutable();
                    Tool.run("sh", "-n", unpacked.resolve(file).toString());
                });
    }

    @Test
    void the_folders_it_shares_with_others_are_open_to_all() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked())))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void a_purge_takes_the_settings_and_leaves_the_readings_and_says_where_they_are() throws IOException {
        Path machine = folder.resolve("machine");
        put(machine.resolve("etc/fieldward/edge-agent.properties"), "core.address=core.example:7443\n");
        put(machine.resolve("var/lib/fieldward/buffer.db"), "readings");

        String said = script("postrm", "purge");

        assertThat(machine.resolve("etc/fieldward")).doesNotExist();
        assertThat(machine.resolve("var/lib/fieldward/buffer.db")).hasContent("readings");
        assertThat(said).contains("/var/lib/fieldward stays");
    }

    @Test
    void a_purge_leaves_what_a_site_put_beside_the_settings() throws IOException {
        Path machine = folder.resolve("machine");
        put(machine.resolve("etc/fieldward/edge-agent.properties"), "");
        put(machine.resolve("etc/fieldward/door.key"), "key");

        script("postrm", "purge");

        assertThat(machine.resolve("etc/fieldward/door.key")).hasContent("key");
        assertThat(machine.resolve("etc/fieldward/edge-agent.properties")).doesNotExist();
    }

    @Test
    void an_upgrade_and_a_removal_leave_the_settings() throws IOException {
        Path settings = folder.resolve("machine/etc/fieldward/edge-agent.properties");
        put(settings, "core.address=core.example:7443\n");

        assertThat(script("postrm", "upgrade")).isEmpty();
        script("postrm", "remove");

        assertThat(settings).hasContent("core.address=core.example:7443");
    }

    @Test
    void what_a_new_machine_writes_is_in_the_folder_that_the_unit_gives_it() {
        List<String> command = new Install.OfThisProcess().command(Part.EDGE_AGENT, List.of("settings"));

        assertThat(Main.placed(Tool.run(command.toArray(String[]::new))).lines())
                .contains("data.directory=/var/lib/fieldward", "mqtt.accounts=/var/lib/fieldward/accounts");
    }
}
