package org.fieldward.edge.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.edge.buffer.Readings.reading;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

class BufferWriterTest {

    private final InMemoryBuffer memory = new InMemoryBuffer(1_000_000);

    @Test
    void what_one_caller_stores_first_has_the_lower_sequence() throws Exception {
        try (var writer = writer(memory, entries -> {})) {
            var results = new ArrayList<CompletableFuture<AppendResult>>();
            for (int i = 0; i < 1000; i++) {
                results.add(writer.store(List.of(reading(i))).toCompletableFuture());
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(results.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(new Stored(i + 1, i + 1));
            }
        }
    }

    @Test
    void who_wants_no_stage_is_told_the_same() throws Exception {
        var told = new CompletableFuture<AppendResult>();
        var refused = new CompletableFuture<Throwable>();
        var writer = writer(memory, entries -> {});
        writer.store(List.of(reading(1)), (stored, failure) -> told.complete(stored));
        writer.close();
        writer.store(List.of(reading(2)), (stored, failure) -> refused.complete(failure));

        assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(new Stored(1, 1));
        assertThat(refused.get(10, TimeUnit.SECONDS)).isInstanceOf(BufferException.class);
    }

    @Test
    void who_fails_when_told_does_not_keep_the_others_from_being_told() throws Exception {
        var broken = new CompletableFuture<BufferException>();
        try (var writer = new BufferWriter(memory, BufferSettings.DEFAULT, entries -> {}, broken::complete)) {
            writer.store(List.of(reading(1)), (stored, failure) -> {
                throw new IllegalStateException("its event loop is closed");
            });
            var next = writer.store(List.of(reading(2))).toCompletableFuture();

            assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo(new Stored(2, 2));
            assertThat(broken).isNotDone();
        }
    }

    @Test
    void nobody_is_answered_before_the_commit() throws Exception {
        var gate = new CountDownLatch(1);
        var slow = new Hooked(memory, () -> await(gate));
        try (var writer = writer(slow, entries -> {})) {
            var result = writer.store(List.of(reading(1))).toCompletableFuture();
            slow.reached.await();
            assertThat(result).isNotDone();
            gate.countDown();
            assertThat(result.get(10, TimeUnit.SECONDS)).isInstanceOf(Stored.class);
        }
    }

    @Test
    void the_listener_hears_every_entry_in_order() throws Exception {
        var heard = new ConcurrentLinkedQueue<Sequenced>();
        try (var writer = writer(memory, heard::addAll)) {
            for (int i = 0; i < 100; i++) {
                var unused = writer.store(List.of(reading(i)));
            }
        }
        assertThat(heard).extracting(Sequenced::sequence).isSorted().hasSize(100);
    }

    @Test
    void after_a_failed_commit_nothing_is_acknowledged_any_more() throws Exception {
        var broken = new CompletableFuture<BufferException>();
        var failing = new Hooked(memory, () -> {
            throw new BufferException("fsync failed");
        });
        try (var writer = new BufferWriter(failing, BufferSettings.DEFAULT, entries -> {}, broken::complete)) {
            assertThatThrownBy(() -> writer.store(List.of(reading(1)))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("fsync failed");
            assertThat(broken.get(10, TimeUnit.SECONDS)).hasMessage("fsync failed");
            assertThatThrownBy(() -> writer.store(List.of(reading(2)))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .hasRootCauseMessage("fsync failed");
        }
    }

    @Test
    void a_confirmation_that_a_full_disk_did_not_let_happen_is_not_said_to_have_happened() {
        var full = new Hooked(memory, () -> {}) {
            @Override
            public Committed commit(Group group) {
                return new Committed(List.of(), List.of(), List.of(), false);
            }
        };
        try (var writer = writer(full, entries -> {})) {
            var confirmed = writer.confirm(full.lives().newest().epoch(), SequenceSet.of(new SequenceRange(1, 5)));

            assertThatThrownBy(() -> confirmed.toCompletableFuture().get(10, TimeUnit.SECONDS))
                    .hasRootCauseMessage("the disk is full: nothing could be forgotten");
        }
    }

    @Test
    void an_error_that_nobody_expected_is_a_failed_commit_too() throws Exception {
        var broken = new CompletableFuture<BufferException>();
        var failing = new Hooked(memory, () -> {
            throw new IllegalStateException("out of step");
        });
        try (var writer = new BufferWriter(failing, BufferSettings.DEFAULT, entries -> {}, broken::complete)) {
            assertThatThrownBy(() -> writer.store(List.of(reading(1)))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .hasRootCauseMessage("out of step");
            assertThat(broken.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("out of step");
            assertThat(writer.store(List.of(reading(2))).toCompletableFuture()).isCompletedExceptionally();
        }
    }

    @Test
    void closing_stores_what_waits_and_refuses_what_comes_after() throws Exception {
        var writer = writer(memory, entries -> {});
        var last = writer.store(List.of(reading(1))).toCompletableFuture();
        writer.close();

        assertThat(last.get(10, TimeUnit.SECONDS)).isInstanceOf(Stored.class);
        assertThat(writer.store(List.of(reading(2))).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void a_linger_makes_one_commit_of_what_comes_together() throws Exception {
        var commits = new ConcurrentLinkedQueue<Integer>();
        var settings = new BufferSettings(4L << 30, 40, 0, 0, Duration.ofMillis(100), 8192);
        try (var writer = new BufferWriter(memory, settings, entries -> commits.add(entries.size()), failure -> {})) {
            for (int i = 0; i < 50; i++) {
                var unused = writer.store(List.of(reading(i)));
            }
        }
        assertThat(commits.stream().mapToInt(Integer::intValue).sum()).isEqualTo(50);
        assertThat(commits).hasSizeLessThan(50);
    }

    private static BufferWriter writer(ReadingBuffer buffer, CommitListener listener) {
        return new BufferWriter(buffer, BufferSettings.DEFAULT, listener, failure -> {});
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets a test stand between the writer and the disk. */
    private static class Hooked implements ReadingBuffer {
        private final ReadingBuffer buffer;
        private final Runnable before;
        private final CountDownLatch reached = new CountDownLatch(1);

        Hooked(ReadingBuffer buffer, Runnable before) {
            this.buffer = buffer;
            this.before = before;
        }

        @Override
        public Committed commit(Group group) {
            reached.countDown();
            before.run();
            return buffer.commit(group);
        }

        @Override
        public Lives lives() {
            return buffer.lives();
        }

        @Override
        public boolean salvage(Salvaged part) {
            return buffer.salvage(part);
        }

        @Override
        public Map<Lane, Map<Gap.Reason, Long>> lost() {
            return buffer.lost();
        }

        @Override
        public long nextSequence() {
            return buffer.nextSequence();
        }

        @Override
        public Optional<Slice> read(Lane lane, SequenceRange within, SequenceSet excluding, int max) {
            return buffer.read(lane, within, excluding, max);
        }

        @Override
        public Backlog backlog(Lane lane) {
            return buffer.backlog(lane);
        }

        @Override
        public boolean hasBacklog() {
            return buffer.hasBacklog();
        }

        @Override
        public Usage usage() {
            return buffer.usage();
        }

        @Override
        public void close() {
            buffer.close();
        }
    }
}
