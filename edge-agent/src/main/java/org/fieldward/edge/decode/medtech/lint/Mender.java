package org.fieldward.edge.decode.medtech.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.edge.decode.mapping.MappingException;
import org.fieldward.edge.decode.medtech.Part;
import org.fieldward.edge.decode.medtech.lint.Finding.Mend;

/** Writes a corrected copy beside a mapping file, never over it or over anything. */
public final class Mender {

    private static final String SUFFIX = ".json";

    private Mender() {}

    /**
     * What was changed, member by member, old and new; empty, and nothing written, where there is nothing to mend.
     *
     * @param findings also of other files
     */
    public static List<String> mend(Part file, List<Finding> findings) {
        JsonNode copy = file.node().deepCopy();
        var changes = new ArrayList<String>();
        for (Finding finding : findings) {
            if (finding.file().equals(file.file())) {
                finding.mends().forEach(mend -> apply(copy, mend, changes));
            }
        }
        if (!changes.isEmpty()) {
            write(target(file.file()), copy);
        }
        return changes;
    }

    private static void apply(JsonNode copy, Mend mend, List<String> changes) {
        if (copy.at(mend.pointer()) instanceof ObjectNode owner) {
            String name = owner.properties().stream()
                    .map(member -> member.getKey())
                    .filter(mend.member()::equalsIgnoreCase)
                    .findFirst()
                    .orElse(mend.member());
            JsonNode before = owner.get(name);
            if (mend.value().equals(before)) {
                return;
            }
            if (before != null) {
                changes.add("- " + mend.pointer() + "/" + name + ": " + before);
            }
            changes.add("+ " + mend.pointer() + "/" + name + ": " + mend.value());
            owner.set(name, mend.value());
        }
    }

    /** {@code fhirmapping.json} becomes {@code fhirmapping.mended.json}. */
    public static Path target(Path file) {
        String name = String.valueOf(file.getFileName());
        String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return file.resolveSibling(stem + ".mended" + SUFFIX);
    }

    private static void write(Path target, JsonNode copy) {
        try {
            Files.writeString(
                    target,
                    new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(copy) + "\n",
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new MappingException(
                    target + ": the corrected copy could not be written; it must not be there yet", e);
        }
    }
}
