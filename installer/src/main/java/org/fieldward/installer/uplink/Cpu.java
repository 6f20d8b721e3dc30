package org.fieldward.installer.uplink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.PartException;

/** CPU seconds that a core and its PostgreSQL have used, read from Linux' {@code /proc}. */
public record Cpu(double core, double database) {

    /** Linux counts CPU time in hundredths of a second for every reader of /proc. */
    private static final double TICKS_PER_SECOND = 100;

    public static Cpu of(Core core) {
        return new Cpu(used(core.process().pid(), false), used(core.database(), true));
    }

    public Cpu since(Cpu before) {
        return new Cpu(core - before.core, database - before.database);
    }

    /** @param whole with all that it started, also what has ended */
    private static double used(long pid, boolean whole) {
        Stream<Long> children = !whole
                ? Stream.empty()
                : ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .map(ProcessHandle::pid);
        return Stream.concat(Stream.of(pid), children)
                .mapToDouble(one -> one(one, whole))
                .sum();
    }

    private static double one(long pid, boolean withEnded) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            String text = Files.readString(stat);
            // The second field is the program's name in brackets, and may hold anything.
            String[] field = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(field[11]) + Long.parseLong(field[12]);
            long ended = Long.parseLong(field[13]) + Long.parseLong(field[14]);
            return (ticks + (withEnded ? ended : 0)) / TICKS_PER_SECOND;
        } catch (IOException e) {
            if (Files.exists(stat)) {
                throw new PartException("could not read " + stat, e);
            }
            return 0;
        }
    }
}
