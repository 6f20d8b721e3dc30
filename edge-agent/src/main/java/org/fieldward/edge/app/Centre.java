package org.fieldward.edge.app;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.centre.CentreException;
import org.fieldward.edge.centre.Configuration;
import org.fieldward.edge.centre.ConfigurationDesk;
import org.fieldward.edge.centre.Outcome;
import org.fieldward.edge.centre.Roster;
import org.fieldward.edge.centre.RosterFile;
import org.fieldward.edge.centre.Slots;
import org.fieldward.edge.seal.Seal;
import org.fieldward.edge.sync.GrpcCloudLink;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the centre says, in force at this gateway: its settings under the gateway's own, which win, and its roster. One
 * thread does all of it, so that the link never waits for a disk.
 */
final class Centre implements GrpcCloudLink.Centre, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Centre.class);
    private static final int MAX_TEXT = 200;

    /** How the agent begins to use other settings. */
    interface Agent {

        void obey(Settings settings, Settable how);

        /** The session that is up and moves, if there is one. */
        OptionalLong session();

        ReadingBuffer.Usage usage();
    }

    private final Settings local;
    private final Wall wall;
    private final ConfigurationDesk desk;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("centre").factory());
    private Optional<RosterFile> roster = Optional.empty();
    private Optional<Agent> agent = Optional.empty();
    private volatile Optional<Consumer<GrpcCloudLink.Settled>> answer = Optional.empty();
    private volatile Settings effective;

    /** Counts the start of a trial. The data directory must be held. */
    Centre(Settings local, Wall wall) {
        this.local = local;
        this.wall = wall;
        desk = new ConfigurationDesk(
                new Slots(local.data().resolve("configuration")), local.centre().rules());
        desk.begin(wall.tickMillis());
        effective = underLocal();
    }

    /** A trial with which the agent could not even begin is over. */
    static boolean rollBack(Settings local, String why) {
        var desk = new ConfigurationDesk(
                new Slots(local.data().resolve("configuration")), local.centre().rules());
        boolean wasOnTrial = desk.isOnTrial();
        desk.rollBack(why);
        return wasOnTrial;
    }

    Settings effective() {
        return effective;
    }

    Roster roster() {
        return roster.map(RosterFile::roster).orElse(Roster.NONE);
    }

    Optional<Outcome> outcome() {
        return desk.outcome().map(this::withWhatLocalKeeps);
    }

    void start(Agent agent, Seal seal) {
        this.agent = Optional.of(agent);
        roster = Optional.of(new RosterFile(local.data().resolve("roster"), seal));
        thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /** The gateway's own file wins. What the centre set and this agent does not know is left out, and named. */
    private Settings underLocal() {
        Map<String, String> set = new HashMap<>(allowed());
        set.keySet().removeIf(key -> Settable.of(key).isEmpty());
        try {
            return local.over(set);
        } catch (IllegalArgumentException e) {
            if (desk.isOnTrial()) {
                desk.rollBack(String.valueOf(e.getMessage()));
                return underLocal();
            }
            LOG.error(
                    "the centre's settings do not go with the gateway's own file, which holds alone: {}",
                    e.getMessage());
            return local;
        }
    }

    private Map<String, String> allowed() {
        return local.centre().allowed()
                ? desk.present().map(Configuration::settings).orElse(Map.of())
                : Map.of();
    }

    private Outcome withWhatLocalKeeps(Outcome outcome) {
        if (outcome.standing() != Outcome.Standing.APPLIED) {
            return outcome;
        }
        Map<String, String> set = desk.present().map(Configuration::settings).orElse(Map.of());
        if (!local.centre().allowed() && !set.isEmpty()) {
            return new Outcome(
                    outcome.version(), Outcome.Standing.REFUSED, "centre.settings is false in the gateway's own file");
        }
        String kept = named(set, key -> local.values().containsKey(key));
        String unknown = named(set, key -> Settable.of(key).isEmpty());
        String detail = (kept.isEmpty() ? "" : "the gateway's own file keeps " + kept)
                + (kept.isEmpty() || unknown.isEmpty() ? "" : "; ")
                + (unknown.isEmpty() ? "" : "this agent does not take " + unknown);
        return new Outcome(outcome.version(), outcome.standing(), detail);
    }

    private static String named(Map<String, String> set, Predicate<String> which) {
        return set.keySet().stream().filter(which).sorted().collect(Collectors.joining(", "));
    }

    private Optional<String> refusal(Map<String, String> set) {
        if (!local.centre().allowed()) {
            return Optional.of("centre.settings must be true in the gateway's own file, was 'false'");
        }
        Optional<String> forbidden = Settable.refusal(set.keySet());
        if (forbidden.isPresent()) {
            return forbidden;
        }
        try {
            // Also by itself: what the gateway's own file hides today must not stop the agent when it no longer does.
            Settings.of(set, local.home());
            return hurts(local.over(set).buffer());
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** What is on disk is never given up for a setting. */
    private Optional<String> hurts(BufferSettings next) {
        long used = agent.map(one -> one.usage().bytesUsed()).orElse(0L);
        BufferSettings present = effective.buffer();
        if (next.maxBytes() < Math.min(used, present.maxBytes())) {
            return Optional.of(
                    "buffer.max-bytes must be at least the " + used + " bytes in use, was " + next.maxBytes());
        }
        long waveforms = next.maxBytes() / 100 * next.waveformPercent();
        if (waveforms < Math.min(used, present.maxBytes() / 100 * present.waveformPercent())) {
            return Optional.of("buffer.waveform-percent must leave waveforms the " + used + " bytes in use, was "
                    + next.waveformPercent());
        }
        return Optional.empty();
    }

    @Override
    public void opened(Consumer<GrpcCloudLink.Settled> teller) {
        answer = Optional.of(teller);
        later(this::tell);
    }

    @Override
    public void configured(long version, Map<String, String> settings) {
        var offered = new Configuration(version, settings);
        later(() -> take(offered));
    }

    @Override
    public void placed(long version, List<GrpcCloudLink.Place> places) {
        later(() -> {
            var known = new HashMap<DeviceId, Roster.Place>();
            for (GrpcCloudLink.Place one : places) {
                if (DeviceId.isValid(one.device())) {
                    known.put(new DeviceId(one.device()), new Roster.Place(cut(one.bed()), cut(one.label())));
                }
            }
            roster.ifPresent(file -> file.keep(new Roster(version, wall.now(), known)));
            LOG.info("the centre said where {} devices are", known.size());
        });
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private void take(Configuration offered) {
        switch (desk.offer(offered, refusal(offered.settings()), wall.tickMillis())) {
            case ConfigurationDesk.Answer.Known known -> {}
            case ConfigurationDesk.Answer.Refused refused ->
                LOG.warn(
                        "configuration {} of the centre was refused, nothing changed: {}",
                        offered.version(),
                        refused.outcome().detail());
            case ConfigurationDesk.Answer.Try on -> {
                LOG.info("configuration {} of the centre is on trial", offered.version());
                obey();
            }
        }
        tell();
    }

    private void look() {
        guarded(() -> {
            OptionalLong session = agent.map(Agent::session).orElse(OptionalLong.empty());
            if (session.isPresent()) {
                roster.ifPresent(file -> file.stillHolds(wall.now()));
            }
            switch (desk.look(session, wall.tickMillis())) {
                case NOTHING -> {}
                case PROVEN -> {
                    LOG.info("the centre's settings have proved themselves");
                    tell();
                }
                case ROLLED_BACK -> {
                    LOG.warn(
                            "the centre's settings were rolled back: {}",
                            desk.outcome().map(Outcome::detail).orElse(""));
                    obey();
                    tell();
                }
            }
        });
    }

    private void obey() {
        Settings before = effective;
        effective = underLocal();
        Settable.between(before.values(), effective.values())
                .ifPresent(how -> agent.ifPresent(one -> one.obey(effective, how)));
    }

    private void tell() {
        outcome()
                .ifPresent(said -> answer.ifPresent(teller -> teller.accept(new GrpcCloudLink.Settled(
                        said.version(), said.standing() == Outcome.Standing.APPLIED, told(said)))));
    }

    /** Where it does not hold, what does. */
    private String told(Outcome said) {
        String instead = "; "
                + desk.present()
                        .map(held -> "version " + held.version() + " holds")
                        .orElse("the gateway's own file alone holds");
        return switch (said.standing()) {
            case TRIAL, APPLIED -> said.detail();
            case REFUSED -> said.detail() + instead;
            case ROLLED_BACK -> "rolled back: " + said.detail() + instead;
        };
    }

    private void later(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("the agent ends; the centre says it again", e);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (CentreException e) {
            LOG.error("what the centre said could not be kept and is asked for again: {}", e.getMessage());
        } catch (RuntimeException e) {
            // Whatever the centre says must not stop what serves the ward.
            LOG.error("what the centre said could not be followed", e);
        }
    }

    /** Waits for what is being written: the agent that begins after this one writes to the same place. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(15, TimeUnit.SECONDS)) {
                LOG.warn("what the centre said was still being followed after 15 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
