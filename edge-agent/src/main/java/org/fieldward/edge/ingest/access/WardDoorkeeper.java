package org.fieldward.edge.ingest.access;

import static java.util.concurrent.CompletableFuture.completedFuture;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.reading.DeviceId;

/**
 * The rules of the ward. A device is known by its certificate's common name or by its login, publishes under
 * {@code devices/{its id}/} and hears {@code commands/{its id}/}; a screen hears {@code alarms/}, {@code devices/} and
 * publishes nothing. Levels are compared whole.
 */
public final class WardDoorkeeper implements Doorkeeper {

    /** Logins that may wait for PBKDF2; beyond it the door is busy, and a flood of guesses costs bounded time. */
    private static final int MAX_WAITING = 256;

    private static final int MAX_PASSWORD_BYTES = 1024;
    private static final String DEVICES = "devices";
    private static final String ALARMS = "alarms";
    private static final String COMMANDS = "commands";
    private static final String MAPPED = "mapped";
    private static final List<String> SPARKPLUG_COMMANDS = List.of("NCMD", "DCMD");
    private static final String SPARKPLUG_STATE = "STATE";

    private final Accounts accounts;
    private final Executor slow;
    private final MappedTopics mapped;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Set<DeviceId> byCertificate = ConcurrentHashMap.newKeySet();

    /** Topics that the operator's mappings explain. */
    @FunctionalInterface
    public interface MappedTopics {

        /** The format of a topic that is this device's own, as whole levels. */
        Optional<Format> format(DeviceId device, List<String> levels);
    }

    /** Without mappings. @param slow runs what blocks: password checks */
    public WardDoorkeeper(Accounts accounts, Executor slow) {
        this(accounts, slow, (device, levels) -> Optional.empty());
    }

    /** @param slow runs what blocks: password checks */
    public WardDoorkeeper(Accounts accounts, Executor slow, MappedTopics mapped) {
        this.accounts = accounts;
        this.slow = slow;
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
        Optional<Identity> known = accounts.recall(name, password);
        if (known.isPresent()) {
            return completedFuture(known);
        }
        if (!waiting.tryAcquire()) {
            return completedFuture(Optional.empty());
        }
        return CompletableFuture.supplyAsync(() -> accounts.verify(name, password), slow)
                .whenComplete((identity, failure) -> waiting.release());
    }

    /** The chain itself was verified by TLS. A user name beside the certificate must say the same. */
    private Optional<Identity> ofCertificate(X509Certificate certificate, Optional<String> username) {
        String name;
        try {
            name = Pem.commonName(certificate);
        } catch (CertificateException e) {
            return Optional.empty();
        }
        if (!DeviceId.isValid(name) || !username.orElse(name).equals(name)) {
            return Optional.empty();
        }
        var id = new DeviceId(name);
        byCertificate.add(id);
        return Optional.of(new Identity.Device(id));
    }

    @Override
    public boolean mayUseClientId(Identity identity, String clientId) {
        return switch (identity) {
            case Identity.Device device -> clientId.equals(device.id().name());
            case Identity.Screen screen -> clientId.length() <= 128;
        };
    }

    @Override
    public Publishing publishing(Identity identity, String topic) {
        List<String> levels = TopicFilter.split(topic);
        return switch (identity) {
            case Identity.Device device -> publishing(device.id(), levels);
            case Identity.Screen screen -> new Publishing.Denied();
        };
    }

    private Publishing publishing(DeviceId device, List<String> levels) {
        boolean below = levels.size() >= 3
                && levels.get(0).equals(DEVICES)
                && levels.get(1).equals(device.name());
        if (below) {
            return new Publishing.ToBuffer(
                    levels.size() == 4 && levels.get(2).equals(MAPPED)
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
                        .filter(device -> isCurrent(new Identity.Device(device)))
                        .isPresent();
    }

    @Override
    public boolean maySubscribe(Identity identity, TopicFilter filter) {
        return mayHear(identity, filter.levels());
    }

    @Override
    public boolean mayReceive(Identity identity, String topic) {
        return mayHear(identity, TopicFilter.split(topic));
    }

    private static boolean mayHear(Identity identity, List<String> levels) {
        return switch (identity) {
            case Identity.Device device ->
                (levels.size() >= 2
                                && levels.get(0).equals(COMMANDS)
                                && levels.get(1).equals(device.id().name()))
                        || mayHearSparkplug(device.id(), levels);
            case Identity.Screen screen ->
                levels.size() >= 2
                        && (levels.get(0).equals(ALARMS) || levels.get(0).equals(DEVICES));
        };
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
        return (identity instanceof Identity.Device device && byCertificate.contains(device.id()))
                || accounts.isCurrent(identity);
    }

    @Override
    public boolean refresh() {
        return accounts.refresh();
    }
}
