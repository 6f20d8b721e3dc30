package org.fieldward.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.fieldward.edge.sync.Simulation.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The real decider and buffer in stories of trouble; and the proof that the stories notice what they are for. */
class SyncSimulationTest {

    /** A bug may need some stories until its moment comes. */
    private static final long SEEDS_FOR_A_BUG = Long.getLong("fieldward.bug-seeds", 20);

    @TempDir(factory = InMemoryFolder.class)
    Path folder;

    static List<Long> seeds() {
        return LongStream.range(0, Long.getLong("fieldward.seeds", 50)).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everything_acknowledged_arrives_once_and_is_only_then_forgotten(long seed) throws IOException {
        assertThat(story(seed, Optional.empty())).isInstanceOf(Outcome.Held.class);
    }

    @ParameterizedTest
    @EnumSource(PlantedBug.class)
    void each_planted_bug_is_noticed_by_the_invariant_it_breaks(PlantedBug bug) throws IOException {
        var noticed = new ArrayList<Outcome.Broke>();
        long seed = 0;
        while (seed < SEEDS_FOR_A_BUG && (noticed.isEmpty() || SEEDS_FOR_A_BUG > 20)) {
            if (story(seed++, Optional.of(bug)) instanceof Outcome.Broke broke) {
                noticed.add(broke);
            }
        }
        System.out.printf("planted %s: noticed in %d of %d stories%n", bug, noticed.size(), seed);
        assertThat(noticed)
                .as("%s: %s", bug, bug.sentence())
                .isNotEmpty()
                .allSatisfy(broke -> assertThat(bug.breaks()).as(broke.what()).contains(broke.invariant()));
    }

    @Test
    void no_invariant_is_idle_each_notices_some_bug() {
        var reached = EnumSet.noneOf(Invariant.class);
        for (PlantedBug bug : PlantedBug.values()) {
            reached.addAll(bug.breaks());
        }
        assertThat(EnumSet.complementOf(reached)).isEmpty();
    }

    @Test
    void one_seed_is_one_story() throws IOException {
        Outcome first = story(0, Optional.empty());

        assertThat(story(0, Optional.empty())).isEqualTo(first);
        assertThat(story(1, Optional.empty())).isNotEqualTo(first);
    }

    private Outcome story(long seed, Optional<PlantedBug> bug) throws IOException {
        return Simulation.run(seed, Files.createTempDirectory(folder, "gateway"), bug);
    }
}
