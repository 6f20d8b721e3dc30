package org.fieldward.installer.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.fieldward.installer.cut.Frozen;
import org.fieldward.installer.cut.LoopDisk;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.LinkProxy;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.Ports;
import org.fieldward.installer.part.RunningPart;

/** Core with PostgreSQL, gateway, and the wire between them; and what can befall them. */
final class Site implements AutoCloseable {

    /** With this the gateway ends when its disk fails. */
    private static final int DISK_FAILED = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Summer time and back, years ahead, and to 1970 or near it. */
    private static final List<Duration> JUMPS =
            List.of(Duration.ofHours(1), Duration.ofHours(-1), Duration.ofDays(400), Duration.ofDays(-365 * 56L));

    private final Path folder;
    private final Optional<LoopDisk> disk;
    private final Optional<Mischief> mischief;
    private final Core core;
    private final LinkProxy wire;
    private final Gateway gateway;

    /**
     * @param ownDisk the gateway has a filesystem of its own
     * @param source of the library that lies to the parts
     */
    Site(Install honest, Path folder, List<String> devices, Instant from, boolean ownDisk, Path source)
            throws IOException {
        this.folder = folder;
        mischief = Mischief.in(folder, source);
        Install install = mischief.map(one -> one.around(honest)).orElse(honest);
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

    boolean has(Fault.Need need) {
        return switch (need) {
            case NOTHING -> true;
            case DISK -> disk.isPresent();
            case MISCHIEF -> mischief.isPresent();
        };
    }

    /**
     * Lets it happen, last, and be mended.
     *
     * @param random what a clock is off by
     */
    void suffer(Fault fault, Duration span, Random random) throws IOException, InterruptedException {
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
                Frozen.freeze(gateway.process().pid(), folder.resolve("kill.log"));
                dropUnsynced();
                pass(span);
                gateway.start();
            }
            case DISK_FULL -> {
                LoopDisk own = disk.orElseThrow();
                own.fill();
                pass(span);
                own.empty();
            }
            case SYNC_FAILS_GATEWAY -> {
                told().failSyncs(Part.EDGE_AGENT, true);
                int code = gateway.process().awaitEnd(PATIENCE);
                if (code != DISK_FAILED) {
                    throw new PartException("the gateway ended with " + code + " when its disk failed");
                }
                dropUnsynced();
                told().failSyncs(Part.EDGE_AGENT, false);
                gateway.start();
            }
            case SYNC_FAILS_CORE -> {
                told().failSyncs(Part.CLOUD_CORE, true);
                pass(span);
                core.process().kill();
                told().failSyncs(Part.CLOUD_CORE, false);
                core.startAgain();
            }
            case CLONE -> clone(span);
            case CLOCK_GATEWAY -> jump(Part.EDGE_AGENT, span, random);
            case CLOCK_CORE -> jump(Part.CLOUD_CORE, span, random);
        }
    }

    /**
     * A copy is made of the gateway's data while it runs. The gateway goes on, then the copy takes its place, then the
     * gateway again; what only the copy took is delivered by the copy, without devices.
     */
    private void clone(Duration span) throws IOException, InterruptedException {
        Path data = gateway.data();
        Path copy = data.resolveSibling("copy");
        Path rest = data.resolveSibling("rest");
        Frozen.freeze(gateway.process().pid(), folder.resolve("kill.log"));
        RunningPart.run(
                "cp", List.of("cp", "-a", data.toString(), copy.toString()), folder.resolve("kill.log"), PATIENCE);
        signal("-CONT", gateway.process().pid());
        pass(span);
        gateway.process().kill();
        Files.move(data, rest);
        Files.move(copy, data);
        gateway.start();
        pass(span);
        gateway.process().kill();
        Files.move(data, copy);
        Files.move(rest, data);
        Files.deleteIfExists(copy.resolve("status.json"));
        try (Gateway left = gateway.copy(copy).start()) {
            left.awaitStatus(
                    status -> status.at("/buffer/backlog").isObject()
                            && status.at("/buffer/backlog").isEmpty(),
                    Duration.ofMinutes(3));
        }
        RunningPart.run("rm", List.of("rm", "-r", copy.toString()), folder.resolve("kill.log"), PATIENCE);
        gateway.start();
    }

    /** What the gateway wrote and did not sync is gone. */
    private void dropUnsynced() {
        disk.ifPresent(LoopDisk::cut);
        gateway.process().kill();
        disk.ifPresent(LoopDisk::powerOn);
    }

    private void wire(LinkProxy.State state, Duration span) throws InterruptedException {
        wire.become(state);
        pass(span);
        wire.become(LinkProxy.State.OPEN);
    }

    private Mischief told() {
        return mischief.orElseThrow();
    }

    private void jump(Part part, Duration span, Random random) throws InterruptedException {
        told().setClockOff(part, JUMPS.get(random.nextInt(JUMPS.size())));
        pass(span);
        told().setClockOff(part, Duration.ZERO);
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
