package org.fieldward.installer.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fieldward.installer.cut.Frozen;
import org.fieldward.installer.cut.LoopDisk;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.LinkProxy;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;

/** Core with PostgreSQL, gateway, and the wire between them; and what can befall them. */
final class Site implements AutoCloseable {

    private final Path folder;
    private final Optional<LoopDisk> disk;
    private final Core core;
    private final LinkProxy wire;
    private final Gateway gateway;

    /** @param ownDisk the gateway has a filesystem of its own */
    Site(Install install, Path folder, List<String> devices, Instant from, boolean ownDisk) throws IOException {
        this.folder = folder;
        disk = ownDisk ? Optional.of(new LoopDisk(folder)) : Optional.empty();
        core = Core.start(install, folder.resolve("core"), Ports.free(), Map.of());
        wire = new LinkProxy(core.intakePort());
        try {
            CoreApi api = core.api();
            for (String device : devices) {
                api.admit(
                        "p-" + device,
                        Map.of("identifier", "p-" + device, "family", "Doe", "given", "Jo", "gender", "unknown"));
                api.place(device, device);
                api.bind(device, "p-" + device, from);
            }
            gateway = Gateway.prepare(
                            install,
                            disk.map(LoopDisk::folder).orElse(folder).resolve("gateway"),
                            wire.port(),
                            core.admit("campaign"),
                            devices,
                            Map.of(
                                    "core.retry-min-millis", "200",
                                    "core.retry-max-seconds", "3",
                                    "core.connect-timeout-seconds", "10",
                                    "core.ack-timeout-seconds", "10"))
                    .start();
        } catch (PartException e) {
            wire.close();
            core.close();
            closeDisk();
            throw e;
        }
    }

    Gateway gateway() {
        return gateway;
    }

    Core core() {
        return core;
    }

    /** Lets it happen, last, and be mended. */
    void suffer(Fault fault, Duration span) throws IOException, InterruptedException {
        switch (fault) {
            case KILL_GATEWAY -> {
                gateway.process().kill();
                pass(span);
                gateway.start();
            }
            case KILL_CORE -> {
                // Alone: its PostgreSQL is left behind, as a crash leaves it.
                killAlone(core.process().pid());
                pass(span);
                core.process().kill();
                core.startAgain();
            }
            case KILL_POSTGRESQL -> {
                killAlone(postmaster());
                pass(span);
                core.process().kill();
                core.startAgain();
            }
            case CUT -> wire(LinkProxy.State.CUT, span);
            case HALF_OPEN -> wire(LinkProxy.State.HALF_OPEN, span);
            case SLOW -> wire(LinkProxy.State.SLOW, span);
            case PAUSE_GATEWAY -> pause(gateway.process(), span);
            case PAUSE_CORE -> pause(core.process(), span);
            case POWER_CUT -> {
                LoopDisk own = disk.orElseThrow();
                Frozen.freeze(gateway.process().pid(), folder.resolve("kill.log"));
                own.cut();
                gateway.process().kill();
                pass(span);
                own.powerOn();
                gateway.start();
            }
            case DISK_FULL -> {
                LoopDisk own = disk.orElseThrow();
                own.fill();
                pass(span);
                own.empty();
            }
        }
    }

    private void wire(LinkProxy.State state, Duration span) throws InterruptedException {
        wire.become(state);
        pass(span);
        wire.become(LinkProxy.State.OPEN);
    }

    private void pause(RunningPart part, Duration span) throws InterruptedException {
        signal("-STOP", part.pid());
        pass(span);
        signal("-CONT", part.pid());
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(folder.resolve("core/data/database/postmaster.pid"))
                .getFirst()
                .strip());
    }

    private void killAlone(long pid) {
        signal("-KILL", pid);
    }

    private void signal(String which, long pid) {
        RunningPart.run(
                "kill", List.of("kill", which, Long.toString(pid)), folder.resolve("kill.log"), Duration.ofSeconds(10));
    }

    private static void pass(Duration span) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(span.toMillis());
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        wire.close();
        core.close();
        closeDisk();
    }

    private void closeDisk() throws IOException {
        if (disk.isPresent()) {
            disk.get().close();
        }
    }
}
