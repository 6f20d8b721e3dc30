package org.fieldward.core.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.fieldward.core.archive.Manifest.Part;

/** Checks an archive against its manifest; needs neither a core nor a network. */
public final class ArchiveCheck {

    private ArchiveCheck() {}

    /**
     * @param complaints each names a file and the rule that it breaks; empty if all is well
     */
    public record Result(int days, long readings, long rows, long bytes, List<String> complaints) {
        public Result {
            complaints = List.copyOf(complaints);
        }
    }

    /** @throws ArchiveException if there is no manifest that can be read */
    public static Result of(Path folder) {
        Manifest manifest = Manifest.read(folder)
                .orElseThrow(() -> new ArchiveException("there is no " + Manifest.NAME + " in " + folder));
        var complaints = new ArrayList<String>();
        long readings = 0;
        long rows = 0;
        long bytes = 0;
        for (Part part : manifest.days().values()) {
            readings += part.readings();
            rows += part.rows();
            bytes += part.bytes();
            complaints.addAll(check(folder, part));
        }
        complaints.addAll(strangers(folder, manifest));
        return new Result(manifest.days().size(), readings, rows, bytes, complaints);
    }

    private static List<String> check(Path folder, Part part) {
        Path file = folder.resolve(part.file());
        try {
            if (!Files.exists(file)) {
                return List.of(part.file() + " is missing");
            }
            if (Files.size(file) != part.bytes()) {
                return List.of(part.file() + " must have " + part.bytes() + " bytes, has " + Files.size(file));
            }
            if (!Digest.of(file).equals(part.sha256())) {
                return List.of(part.file() + " was changed: its SHA-256 is not the manifest's");
            }
            long rows = rows(file);
            return rows == part.rows()
                    ? List.of()
                    : List.of(part.file() + " must have " + part.rows() + " rows, has " + rows);
        } catch (IOException | RuntimeException e) {
            return List.of(part.file() + " cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static long rows(Path file) throws IOException {
        var options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new Zstandard())
                .build();
        try (var reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
            return reader.getRecordCount();
        }
    }

    private static List<String> strangers(Path folder, Manifest manifest) {
        var known = new TreeSet<String>();
        manifest.days().values().forEach(part -> known.add(part.file()));
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".parquet") && !known.contains(name))
                    .sorted()
                    .map(name -> name + " is not in the manifest")
                    .toList();
        } catch (IOException e) {
            throw new ArchiveException("the folder " + folder + " could not be read", e);
        }
    }
}
