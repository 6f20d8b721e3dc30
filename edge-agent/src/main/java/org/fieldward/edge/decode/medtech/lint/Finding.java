package org.fieldward.edge.decode.medtech.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.fieldward.edge.decode.medtech.Part;

/**
 * Something about a mapping file that its author should know.
 *
 * @param place which template, and the JSON pointer
 * @param mends what would put it right; empty where only the author can know
 */
public record Finding(Weight weight, Path file, String place, String what, List<Mend> mends) {

    /** What it means for the readings. */
    public enum Weight {
        /** A value is lost, refused or taken for another. */
        WRONG,
        /** It runs, and somebody should look. */
        DOUBT
    }

    /**
     * One member set to another value.
     *
     * @param pointer of the object that has the member
     */
    public record Mend(String pointer, String member, JsonNode value) {}

    public Finding {
        mends = List.copyOf(mends);
    }

    static Finding wrong(Part part, String what, Mend... mends) {
        return new Finding(Weight.WRONG, part.file(), part.place(), what, List.of(mends));
    }

    static Finding doubt(Part part, String what, Mend... mends) {
        return new Finding(Weight.DOUBT, part.file(), part.place(), what, List.of(mends));
    }

    @Override
    public String toString() {
        return (weight == Weight.WRONG ? "wrong: " : "doubt: ") + file.getFileName() + ": " + place + " " + what;
    }
}
