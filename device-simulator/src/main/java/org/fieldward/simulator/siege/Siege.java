package org.fieldward.simulator.siege;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.load.Load;
import org.fieldward.simulator.load.LoadException;
import org.fieldward.simulator.load.LoadPlan;
import org.fieldward.simulator.load.LoadResult;
import org.fieldward.simulator.load.Processes;
import org.fieldward.simulator.sample.Secret;
import org.fieldward.simulator.siege.Crowd.Kind;
import org.fieldward.simulator.siege.Manners.Login;

/**
 * Measures what good devices notice of bad clients: first alone, then beside idle connections, then beside each kind of
 * attack in turn, and once more when all attackers are gone. The good devices connect anew in each phase, with the attack
 * already under way.
 */
public final class Siege {

    private static final Duration IN_PLACE_WITHIN = Duration.ofMinutes(3);
    private static final String PAYLOAD = "{\"values\":{\"heart-rate\":72,\"respiratory-rate\":16,\"spo2\":97,"
            + "\"systolic\":121,\"diastolic\":78,\"temperature\":36.9}}";

    private final SiegePlan plan;
    private final Processes processes;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final List<SiegeResult.Phase> phases = new ArrayList<>();

    /** One kind of trouble. */
    private record Trouble(String name, List<Kind> kinds) {}

    public Siege(
            SiegePlan plan, Processes processes, InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {
        this.plan = plan;
        this.processes = processes;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /**
     * Blocks until it is over.
     *
     * @param listener told of all phases so far, after each
     */
    public SiegeResult run(Consumer<SiegeResult> listener) {
        phase("alone", List.of(), Optional.empty(), listener);
        try (Crowd idle = new Crowd(idle(), nanoTime).start()) {
            awaitInPlace(List.of(idle));
            phase("idle", List.of(), Optional.of(idle), listener);
            for (Trouble trouble : troubles()) {
                phase(trouble.name(), trouble.kinds(), Optional.of(idle), listener);
            }
            phase("afterwards", List.of(), Optional.of(idle), listener);
        }
        return new SiegeResult(phases);
    }

    private void phase(String name, List<Kind> kinds, Optional<Crowd> idle, Consumer<SiegeResult> listener) {
        long lostBefore = idle.map(Siege::lost).orElse(0L);
        List<Crowd> crowds = new ArrayList<>();
        try {
            kinds.forEach(kind -> crowds.add(new Crowd(kind, nanoTime).start()));
            awaitInPlace(crowds);
            LoadResult good = new Load(good(), processes, nanoTime).run((second, acked, p99) -> {});
            List<SiegeResult.Attack> attacks = new ArrayList<>();
            if (crowds.isEmpty()) {
                idle.map(Crowd::attack).ifPresent(attacks::add);
            }
            crowds.forEach(crowd -> attacks.add(crowd.attack()));
            phases.add(new SiegeResult.Phase(
                    name, good, attacks, idle.map(Siege::lost).orElse(0L) - lostBefore));
            listener.accept(new SiegeResult(phases));
        } catch (LoadException e) {
            throw new SiegeException("in the phase '" + name + "' the good devices could not work", e);
        } finally {
            crowds.forEach(Crowd::close);
        }
    }

    private static long lost(Crowd crowd) {
        return crowd.attack().sentAway()
                + crowd.attack().failed()
                + crowd.attack().refused();
    }

    private LoadPlan good() {
        SiegePlan.Good good = plan.good();
        return new LoadPlan(
                plan.gateway(),
                plan.logins(),
                good.devices(),
                1,
                good.window(),
                new LoadPlan.Shape(good.prefix(), 1, 6, clock.instant()),
                new LoadPlan.Course(
                        good.rate(),
                        phases.isEmpty() ? good.warmUp().multipliedBy(3) : good.warmUp(),
                        good.duration()));
    }

    private void awaitInPlace(List<Crowd> crowds) {
        long begin = nanoTime.getAsLong();
        for (Crowd crowd : crowds) {
            while (!crowd.isInPlace()) {
                if (nanoTime.getAsLong() - begin > IN_PLACE_WITHIN.toNanos()) {
                    throw new SiegeException("the clients of '" + crowd.kind().name() + "' were not in place within "
                            + IN_PLACE_WITHIN + ": " + crowd.attack());
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private Kind idle() {
        return kind(
                "idle",
                plan.bad().idle(),
                1,
                true,
                i -> new Manners.Idle(
                        screen("siege-idle-" + i), (double) i / plan.bad().idle()));
    }

    private List<Trouble> troubles() {
        SiegePlan.Bad bad = plan.bad();
        List<Trouble> troubles = new ArrayList<>();
        troubles.add(new Trouble("flood QoS 0", List.of(kind("flood QoS 0", 1, 2, true, i -> flood(1, 0)))));
        troubles.add(new Trouble("flood QoS 1", List.of(kind("flood QoS 1", 1, 2, true, i -> flood(2, 1)))));
        byte[] connect = screen("siege-half").connect(0);
        troubles.add(new Trouble(
                "half CONNECT",
                List.of(kind("half CONNECT", bad.halfOpen(), 3, true, i -> Manners.HalfOpen.of(connect)))));
        Manner large = Manners.HalfOpen.large();
        troubles.add(new Trouble("large CONNECT", List.of(kind("large CONNECT", bad.large(), 3, true, i -> large))));
        if (plan.tlsPort() > 0) {
            byte[] hello = Manners.clientHello(random);
            troubles.add(new Trouble("half ClientHello", List.of(tls(bad.halfOpen(), hello))));
        }
        troubles.add(new Trouble(
                "deaf subscribers",
                List.of(kind("deaf", bad.deaf(), 4, true, i -> new Manners.Deaf(screen("siege-deaf-" + i), i % 2)))));
        troubles.add(new Trouble(
                "garbage", List.of(kind("garbage", bad.looping(), 5, true, i -> new Manners.Noise(random)))));
        troubles.add(new Trouble(
                "wrong logins",
                List.of(kind("wrong logins", bad.looping(), 6, true, i -> new Manners.WrongLogin(guess())))));
        troubles.removeIf(trouble -> !plan.only().isEmpty() && !plan.only().contains(trouble.name()));
        return troubles;
    }

    private Kind kind(String name, int count, int network, boolean returns, IntFunction<Manner> manner) {
        var target = new InetSocketAddress(plan.gateway().host(), plan.gateway().port());
        return new Kind(name, count, target, network, plan.bad().perAddress(), returns, manner);
    }

    private Kind tls(int count, byte[] hello) {
        var target = new InetSocketAddress(plan.gateway().host(), plan.tlsPort());
        return new Kind(
                "half ClientHello", count, target, 7, plan.bad().perAddress(), true, i -> Manners.HalfOpen.of(hello));
    }

    private Manner flood(int number, int qos) {
        DeviceId device = Load.device(plan.bad().flooders(), number);
        return new Manners.Flood(
                new Login(device.name(), device.name(), plan.logins().password(device)), qos, PAYLOAD);
    }

    private Login screen(String clientId) {
        return new Login(clientId, plan.screen().name(), plan.logins().password(plan.screen()));
    }

    /** Another name each time: what is remembered of one is no help against the next. */
    private Login guess() {
        String name = "guess-" + random.nextInt(1_000_000);
        return new Login(name, name, Optional.of(new Secret("wrong")));
    }
}
