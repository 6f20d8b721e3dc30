package org.fieldward.edge.ingest.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.Subscription;

/** Remembers in memory what the file remembers on disk; no time passes for it. */
public final class InMemoryJournal implements SessionJournal {

    private static final class Memory {
        private final SessionKey key;
        private final Map<String, Subscription> filters = new LinkedHashMap<>();
        private final Map<Long, KeptLetter> letters = new LinkedHashMap<>();
        private final Set<Integer> received = new LinkedHashSet<>();
        private long expirySeconds;
        private Optional<Will> will = Optional.empty();
        private long willInMillis;

        Memory(SessionKey key, long expirySeconds) {
            this.key = key;
            this.expirySeconds = expirySeconds;
        }
    }

    private final Map<Long, Memory> sessions = new LinkedHashMap<>();
    private final Map<String, LocalMessage> retained = new LinkedHashMap<>();

    @Override
    public synchronized void record(Change change) {
        switch (change) {
            case Change.Began began -> sessions.put(began.session(), new Memory(began.key(), began.expirySeconds()));
            case Change.Ended ended -> sessions.remove(ended.session());
            case Change.Attached attached -> {
                of(attached.session()).expirySeconds = attached.expirySeconds();
                of(attached.session()).will = Optional.empty();
            }
            case Change.Detached detached -> {
                Memory memory = of(detached.session());
                memory.expirySeconds = detached.expirySeconds();
                memory.will = detached.will();
                memory.willInMillis = detached.willDelayMillis();
            }
            case Change.WillSaid said -> of(said.session()).will = Optional.empty();
            case Change.Subscribed one -> of(one.session()).filters.put(one.filter(), one.subscription());
            case Change.Unsubscribed one -> of(one.session()).filters.remove(one.filter());
            case Change.Queued queued ->
                of(queued.session())
                        .letters
                        .put(queued.letter(), letter(queued.letter(), queued.message(), queued.deadlineMillis()));
            case Change.Sent sent ->
                sessions.values()
                        .forEach(memory -> memory.letters.computeIfPresent(
                                sent.letter(),
                                (id, before) -> new KeptLetter(
                                        id,
                                        before.message(),
                                        before.deadlineMillis(),
                                        sent.packetId(),
                                        Optional.of(sent.awaited()))));
            case Change.Done done -> sessions.values().forEach(memory -> memory.letters.remove(done.letter()));
            case Change.Received one -> of(one.session()).received.add(one.packetId());
            case Change.Released one -> of(one.session()).received.remove(one.packetId());
            case Change.Retained one -> {
                if (one.message().payload().isEmpty() || one.message().author().isEmpty()) {
                    retained.remove(one.message().topic());
                } else {
                    retained.put(one.message().topic(), one.message());
                }
            }
        }
    }

    private Memory of(long session) {
        Memory memory = sessions.get(session);
        if (memory == null) {
            throw new IllegalStateException("no session " + session);
        }
        return memory;
    }

    private static KeptLetter letter(long id, Outgoing message, OptionalLong deadline) {
        return new KeptLetter(id, message, deadline, 0, Optional.empty());
    }

    @Override
    public CompletionStage<Void> settled() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized Kept load() {
        var kept = new ArrayList<KeptSession>();
        sessions.forEach((id, memory) -> kept.add(new KeptSession(
                id,
                memory.key,
                memory.expirySeconds,
                0,
                memory.will,
                memory.willInMillis,
                memory.filters.entrySet().stream()
                        .map(one -> filter(one.getKey(), one.getValue()))
                        .toList(),
                List.copyOf(memory.letters.values()),
                memory.received)));
        return new Kept(kept, List.copyOf(retained.values()));
    }

    private static KeptFilter filter(String text, Subscription one) {
        return new KeptFilter(
                text, one.group(), one.filter(), one.qos(), one.noLocal(), one.retainAsPublished(), one.identifier());
    }

    @Override
    public void close() {}
}
