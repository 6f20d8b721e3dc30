package org.fieldward.installer.campaign;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;

/**
 * What parts are told about the world that is not so: a library is loaded into each that makes its syncs fail and its
 * wall clock wrong when it is told to. Needs a C compiler, {@code cc}.
 */
final class Mischief {

    private static final int ORDER_BYTES = 16;
    private static final int SECONDS_OFF = 0;
    private static final int SYNCS_FAIL = 8;

    private final Path library;
    private final Path folder;
    private final Map<Part, MappedByteBuffer> orders = new EnumMap<>(Part.class);

    private Mischief(Path library, Path folder) {
        this.library = library;
        this.folder = folder;
    }

    /** Nothing where there is no compiler. */
    static Optional<Mischief> in(Path folder, Path source) throws IOException {
        Path library = folder.resolve("mischief.so");
        try {
            RunningPart.run(
                    "cc",
                    List.of("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString()),
                    folder.resolve("mischief.log"),
                    Duration.ofMinutes(1));
        } catch (PartException none) {
            return Optional.empty();
        }
        var mischief = new Mischief(library, folder);
        for (Part part : List.of(Part.EDGE_AGENT, Part.CLOUD_CORE)) {
            mischief.orders.put(part, mischief.order(part));
        }
        return Optional.of(mischief);
    }

    private MappedByteBuffer order(Part part) throws IOException {
        try (var file = FileChannel.open(
                path(part), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer order = file.map(FileChannel.MapMode.READ_WRITE, 0, ORDER_BYTES);
            order.order(ByteOrder.nativeOrder());
            return order;
        }
    }

    private Path path(Part part) {
        return folder.resolve("mischief-" + part);
    }

    /** The same, with the library in the parts that can be lied to. */
    Install around(Install install) {
        return (part, arguments) -> {
            List<String> plain = install.command(part, arguments);
            if (!orders.containsKey(part)) {
                return plain;
            }
            var command = new ArrayList<>(List.of("env", "LD_PRELOAD=" + library, "FIELDWARD_MISCHIEF=" + path(part)));
            command.addAll(plain);
            return command;
        };
    }

    /** From now on each sync of the part says that the disk failed, or no longer. */
    void failSyncs(Part part, boolean fail) {
        of(part).putInt(SYNCS_FAIL, fail ? 1 : 0);
    }

    /** From now on the part's wall clock is off by so much; its monotonic clock is not. */
    void setClockOff(Part part, Duration off) {
        of(part).putLong(SECONDS_OFF, off.toSeconds());
    }

    private MappedByteBuffer of(Part part) {
        return Optional.ofNullable(orders.get(part)).orElseThrow();
    }
}
