package org.fieldward.edge.centre;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roster on disk, sealed. One that cannot be read is none: the centre says it again. Thread-safe. */
public final class RosterFile {

    private static final Logger LOG = LoggerFactory.getLogger(RosterFile.class);
    private static final byte[] BOUND = "roster/1".getBytes(StandardCharsets.UTF_8);
    private static final int MAX_PLACES = 10_000;

    /** How often it is written again only because it still holds. */
    private static final Duration REFRESH = Duration.ofMinutes(15);

    private final Path file;
    private final Seal seal;
    private volatile Roster roster;
    private Instant writtenAt;

    public RosterFile(Path file, Seal seal) {
        this.file = file;
        this.seal = seal;
        roster = read();
        writtenAt = roster.saidAt();
    }

    public Roster roster() {
        return roster;
    }

    /** It holds for the screen also where it could not be written. */
    public synchronized void keep(Roster said) {
        roster = said;
        write();
    }

    /** The link is up and nothing else was said: what is known is still so. */
    public synchronized void stillHolds(Instant now) {
        if (roster.version() == 0) {
            return;
        }
        roster = roster.saidAt(now);
        if (Duration.between(writtenAt, now).abs().compareTo(REFRESH) >= 0) {
            write();
        }
    }

    private void write() {
        writtenAt = roster.saidAt();
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(roster.version());
            out.writeLong(roster.saidAt().toEpochMilli());
            out.writeInt(roster.places().size());
            for (Map.Entry<DeviceId, Roster.Place> one : roster.places().entrySet()) {
                out.writeUTF(one.getKey().name());
                out.writeUTF(one.getValue().bed());
                out.writeUTF(one.getValue().label());
            }
        } catch (IOException e) {
            throw new CentreException("the roster is too long to be written", e);
        }
        DurableFile.write(file, seal.seal(bytes.toByteArray(), BOUND));
    }

    private Roster read() {
        if (!Files.exists(file)) {
            return Roster.NONE;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(seal.open(Files.readAllBytes(file), BOUND)))) {
            long version = in.readLong();
            Instant saidAt = Instant.ofEpochMilli(in.readLong());
            int count = in.readInt();
            if (count < 0 || count > MAX_PLACES) {
                throw new IOException("a count that cannot be");
            }
            var places = new HashMap<DeviceId, Roster.Place>();
            for (int i = 0; i < count; i++) {
                places.put(new DeviceId(in.readUTF()), new Roster.Place(in.readUTF(), in.readUTF()));
            }
            return new Roster(version, saidAt, places);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            LOG.warn(
                    "the roster could not be read and is asked of the centre again: {}",
                    e.getClass().getSimpleName());
            return Roster.NONE;
        }
    }
}
