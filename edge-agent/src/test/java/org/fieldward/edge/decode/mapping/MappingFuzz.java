package org.fieldward.edge.decode.mapping;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Judged;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.fuzz.Dice;
import org.fieldward.proto.reading.Catalogue;

/** Any bytes where a mapping expects its JSON. */
public final class MappingFuzz {

    private static final Normaliser NORMALISER = new Normaliser(Catalogue.standard());
    private static final List<String> MAPPINGS = List.of("""
            {"name": "a", "readings": "$.o", "time": {"path": "@.t", "as": "epoch-seconds", "optional": true},
             "values": [
               {"parameter": "heart-rate", "path": "@.h", "absent": [-1, "---"], "optional": true},
               {"parameter": "spo2", "path": "@.s", "unit": "%", "scale": 100, "optional": true},
               {"parameter": "temperature", "path": "@.l[?(@.c == 'T' && @.k == true)].v", "optional": true,
                "unit": {"path": "$.u", "ucum": {"C": "Cel", "F": "[degF]"}}}]}""", """
            {"name": "b", "readings": "$..r[*]", "time": {"path": "@.t", "as": "rfc3339"},
             "values": [{"parameter": "heart-rate", "path": "@['h']"}]}""", """
            {"name": "c", "readings": "$", "time": {"path": "$.t[0]", "as": "epoch-millis"},
             "values": [{"parameter": "systolic", "path": "@.p[?(@.n > 3)].v", "unit": {"path": "@.u"}}]}""");
    private static final List<Decoder> DECODERS =
            MAPPINGS.stream().map(MappingFuzz::decoder).toList();

    private MappingFuzz() {}

    private static Decoder decoder(String text) {
        try {
            String name = text.substring(text.indexOf(": \"") + 3, text.indexOf("\","));
            Path home = Files.createTempDirectory("fieldward-fuzz");
            Path file = Files.writeString(home.resolve(name + ".json"), text);
            Mapping mapping = Mappings.read(file, NORMALISER);
            Files.delete(file);
            Files.delete(home);
            return new Decoder(NORMALISER, format -> Optional.of(mapping.parser()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        Judged.decode(dice.one(DECODERS), new Format.Mapped("any"), dice.rest());
    }
}
