package org.fieldward.edge.ingest.access;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.access.ClientCertificates.Examined;
import org.fieldward.edge.ingest.access.ClientCertificates.Shown;
import org.fieldward.edge.ingest.access.Guesses.Outcome;
import org.fieldward.edge.ingest.access.Guesses.Verdict;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of the ward. A device is known by its certificate's common name or by its login, publishes under
 * {@code devices/{its id}/} and {@code answers/{its id}/} and hears {@code commands/{its id}/}; a screen hears
 * {@code alarms/} and {@code devices/} and publishes nothing; an operator hears these, {@code answers/} and
 * {@code commands/}, and publishes under {@code commands/{device}/}. Levels are compared whole.
 */
public final class WardDoorkeeper implements Doorkeeper {

    private static final Logger LOG = LoggerFactory.getLogger(WardDoorkeeper.class);

    /** Logins that may wait for PBKDF2; beyond it the door is busy, and a flood of guesses costs bounded time. */
    private static final int MAX_WAITING = 256;

    private static final int MAX_PASSWORD_BYTES = 1024;
    private static final int MAX_CLIENT_ID = 128;
    private static final String DEVICES = "devices";
    private static final String ALARMS = "alarms";
    private static final String COMMANDS = "commands";
    private static final String ANSWERS = "answers";
    private static final String MAPPED = "mapped";

    /** As in an IoT Hub's {@code devices/{id}/messages/events/}. */
    private static final String MESSAGES = "messages";

    private static final List<String> SPARKPLUG_COMMANDS = List.of("NCMD", "DCMD");
    private static final String SPARKPLUG_STATE = "STATE";

    private final Accounts accounts;
    private final ClientCertificates certificates;
    private final Executor slow;
    private final MappedTopics mapped;
    private final LongSupplier tickMillis;
    private final Guesses guesses = new Guesses();
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    /** How each device came in last: with this certificate, or (empty) with a password. */
    private final Map<DeviceId, Optional<Shown>> lastLogin = new ConcurrentHashMap<>();

    /** Topics that the operator's mappings explain. */
    @FunctionalInterface
    public interface MappedTopics {

        /** The format of a topic that is this device's own, as whole levels. */
        Optional<Format> format(DeviceId device, List<String> levels);
    }

    /** Without mappings. */
    public WardDoorkeeper(Accounts accounts, ClientCertificates certificates, Executor slow, LongSupplier tickMillis) {
        this(accounts, certificates, slow, tickMillis, (device, levels) -> Optional.empty());
    }

    /**
     * @param slow runs what blocks: password checks
     * @param tickMillis only goes forward
     */
    public WardDoorkeeper(
            Accounts accounts,
            ClientCertificates certificates,
            Executor slow,
            LongSupplier tickMillis,
            MappedTopics mapped) {
        this.accounts = accounts;
        this.certificates = certificates;
        this.slow = slow;
        this.tickMillis = tickMillis;
        this.mapped = mapped;
    }

    @Override
    public CompletionStage<Optional<Identity>> login(Attempt attempt) {
        if (attempt.certificate().isPresent()) {
            return completedFuture(ofCertificate(attempt.certificate().get(), attempt.username()));
        }
        String name = attempt.username().orElse("");
        byte[] password = attempt.password().map(bytes -> bytes.toByteArray()).orElse(new byte[0]);
        if (!DeviceId.isValid(name) || password.length == 0 || password.length > MAX_PASSWORD_BYTES) {
            return completedFuture(Optional.empty());
        }
        if (guesses.begin(attempt.address(), name, tickMillis.getAsLong()) instanceof Verdict.Wait) {
            return completedFuture(Optional.empty());
        }
        Optional<Identity> known = accounts.recall(name, password);
        return known.isPresent()
                ? completedFuture(judged(attempt.address(), name, known))
                : verified(attempt.address(), name, password);
    }

    private CompletionStage<Optional<Identity>> verified(String address, String name, byte[] password) {
        boolean worth = guesses.hasBudget(address, tickMillis.getAsLong());
        if (!worth || !waiting.tryAcquire()) {
            // Nobody looked, unless the right password is in memory: then this one must count, or guessing were free.
            guesses.end(
                    address,
                    name,
                    accounts.remembers(name) ? Outcome.WRONG : Outcome.UNCHECKED,
                    tickMillis.getAsLong());
            return failedFuture(new AccountException(
                    worth
                            ? "too many logins are waiting to be checked"
                            : "too many wrong passwords came from the same address"));
        }
        return CompletableFuture.supplyAsync(() -> accounts.verify(name, password), slow)
                .whenComplete((identity, failure) -> {
                    waiting.release();
                    if (failure != null) {
                        guesses.end(address, name, Outcome.UNCHECKED, tickMillis.getAsLong());
                    }
                })
                .thenApply(identity -> judged(address, name, identity));
    }

    private Optional<Identity> judged(String address, String name, Optional<Identity> identity) {
        Outcome outcome = identity.isPresent() ? Outcome.RIGHT : Outcome.WRONG;
        Verdict next = guesses.end(address, name, outcome, tickMillis.getAsLong());
        if (next instanceof Verdict.Wait wait) {
            // Not a name that nobody has: people type passwords into the wrong field.
            LOG.warn(
                    "Too many wrong passwords for {} from {}: none is looked at for {} ms",
                    accounts.isKnown(name) ? name : "an unknown name",
                    address,
                    wait.millis());
        }
        if (identity.isPresent() && identity.get() instanceof Identity.Device device) {
            lastLogin.put(device.id(), Optional.empty());
        }
        return identity;
    }

    /** The chain itself was verified by TLS. A user name beside the certificate must say the same. */
    private Optional<Identity> ofCertificate(X509Certificate certificate, Optional<String> username) {
        return switch (certificates.examine(certificate)) {
            case Examined.Bad bad -> refused(bad.device().map(DeviceId::name).orElse("a client"), bad.why());
            case Examined.Good good -> {
                DeviceId id = good.shown().device();
                if (accounts.isRevoked(id.name())) {
                    yield refused(id.name(), "the name is revoked");
                }
                if (!username.orElse(id.name()).equals(id.name())) {
                    yield refused(id.name(), "the user name beside it is another");
                }
                lastLogin.put(id, Optional.of(good.shown()));
                yield Optional.of(new Identity.Device(id));
            }
        };
    }

    private static Optional<Identity> refused(String name, String why) {
        LOG.info("The certificate of {} is refused: {}", name, why);
        return Optional.empty();
    }

    @Override
    public boolean mayUseClientId(Identity identity, String clientId) {
        return switch (identity) {
            case Identity.Device device -> clientId.equals(device.id().name());
            case Identity.Screen screen -> clientId.length() <= MAX_CLIENT_ID;
            case Identity.Staff staff -> clientId.length() <= MAX_CLIENT_ID;
            case Identity.Operator operator -> clientId.length() <= MAX_CLIENT_ID;
        };
    }

    @Override
    public Publishing publishing(Identity identity, String topic) {
        List<String> levels = TopicFilter.split(topic);
        return switch (identity) {
            case Identity.Device device -> publishing(device.id(), levels);
            case Identity.Screen screen -> new Publishing.Denied();
            case Identity.Staff staff -> new Publishing.Denied();
            case Identity.Operator operator ->
                levels.size() >= 3 && levels.getFirst().equals(COMMANDS) && DeviceId.isValid(levels.get(1))
                        ? new Publishing.Local()
                        : new Publishing.Denied();
        };
    }

    private Publishing publishing(DeviceId device, List<String> levels) {
        if (levels.size() >= 3
                && levels.getFirst().equals(ANSWERS)
                && levels.get(1).equals(device.name())) {
            return new Publishing.Local();
        }
        boolean below = levels.size() >= 3
                && levels.get(0).equals(DEVICES)
                && levels.get(1).equals(device.name());
        if (below) {
            return new Publishing.ToBuffer(
                    levels.size() >= 4
                                    && (levels.get(2).equals(MAPPED)
                                            || levels.get(2).equals(MESSAGES))
                            ? mapped.format(device, levels)
                            : Optional.of(levels.get(2))
                                    .filter(level -> levels.size() == 3)
                                    .flatMap(Format::ofTopicLevel));
        }
        Optional<Format> format = Format.Sparkplug.ofTopic(device, levels);
        if (format.isPresent()) {
            return speaksForAnother(device, levels) ? new Publishing.Denied() : new Publishing.ToBuffer(format);
        }
        Optional<Format> explained = mapped.format(device, levels);
        return explained.isPresent() ? new Publishing.ToBuffer(explained) : new Publishing.Denied();
    }

    /** A device behind a Sparkplug node would be called like one that logs in itself. */
    private boolean speaksForAnother(DeviceId node, List<String> levels) {
        return levels.size() == 5
                && Format.Sparkplug.subDevice(node, levels.get(4))
                        .filter(device ->
                                lastLogin.containsKey(device) || accounts.isCurrent(new Identity.Device(device)))
                        .isPresent();
    }

    @Override
    public boolean maySubscribe(Identity identity, TopicFilter filter) {
        List<String> levels = filter.levels();
        if (levels.size() < 2) {
            return false;
        }
        String first = levels.getFirst();
        return switch (identity) {
            case Identity.Device device ->
                (first.equals(COMMANDS) && levels.get(1).equals(device.id().name()))
                        || mayHearSparkplug(device.id(), levels);
            case Identity.Screen screen -> first.equals(ALARMS) || first.equals(DEVICES);
            case Identity.Staff staff -> first.equals(ALARMS) || first.equals(DEVICES);
            case Identity.Operator operator ->
                first.equals(ALARMS) || first.equals(DEVICES) || first.equals(ANSWERS) || first.equals(COMMANDS);
        };
    }

    /** The same rule as for a filter, without making anything: it is asked for every message and subscriber. */
    @Override
    public boolean mayReceive(Identity identity, String topic) {
        return switch (identity) {
            case Identity.Device device ->
                (isUnder(topic, COMMANDS)
                                && isLevel(
                                        topic,
                                        COMMANDS.length() + 1,
                                        device.id().name()))
                        || (isUnder(topic, Format.Sparkplug.NAMESPACE)
                                && mayHearSparkplug(device.id(), TopicFilter.split(topic)));
            case Identity.Screen screen -> isUnder(topic, ALARMS) || isUnder(topic, DEVICES);
            case Identity.Staff staff -> isUnder(topic, ALARMS) || isUnder(topic, DEVICES);
            case Identity.Operator operator ->
                isUnder(topic, ALARMS)
                        || isUnder(topic, DEVICES)
                        || isUnder(topic, ANSWERS)
                        || isUnder(topic, COMMANDS);
        };
    }

    /** Whether this is the first level, and not the last. */
    private static boolean isUnder(String topic, String level) {
        return topic.length() > level.length() && topic.charAt(level.length()) == '/' && topic.startsWith(level);
    }

    /** Whether the level that begins at this place is exactly this. */
    private static boolean isLevel(String topic, int from, String level) {
        int end = from + level.length();
        return topic.startsWith(level, from) && (topic.length() == end || topic.charAt(end) == '/');
    }

    /** Commands for this node in any group, and whether somebody is there to listen to it. */
    private static boolean mayHearSparkplug(DeviceId node, List<String> levels) {
        if (levels.size() < 3 || !levels.get(0).equals(Format.Sparkplug.NAMESPACE)) {
            return false;
        }
        return (levels.size() == 3 && levels.get(1).equals(SPARKPLUG_STATE))
                || (levels.size() >= 4
                        && SPARKPLUG_COMMANDS.contains(levels.get(2))
                        && levels.get(3).equals(node.name()));
    }

    @Override
    public boolean isCurrent(Identity identity) {
        return switch (identity) {
            case Identity.Device device -> isCurrent(device);
            case Identity.Screen screen -> accounts.isCurrent(screen);
            case Identity.Staff staff -> accounts.isCurrent(staff);
            case Identity.Operator operator -> accounts.isCurrent(operator);
        };
    }

    private boolean isCurrent(Identity.Device device) {
        if (accounts.isRevoked(device.name())) {
            return false;
        }
        Optional<Shown> last = lastLogin.get(device.id());
        if (last == null) {
            // Kept from before the start: it may come with an account or, where they count, with a certificate.
            return certificates.areAccepted() || accounts.isCurrent(device);
        }
        return last.map(certificates::isGood).orElseGet(() -> accounts.isCurrent(device));
    }

    @Override
    public boolean refresh() {
        boolean lists;
        try {
            lists = certificates.refresh();
        } catch (AccountException e) {
            // A fault in one file must not keep a revocation in the other from its effect.
            accounts.refresh();
            throw e;
        }
        return accounts.refresh() || lists;
    }
}
