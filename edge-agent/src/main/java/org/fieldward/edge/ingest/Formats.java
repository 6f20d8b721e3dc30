package org.fieldward.edge.ingest;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.Mappings;
import org.fieldward.edge.decode.sparkplug.Sparkplug;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;

/** Every format that this gateway reads: those that are fixed, the operator's mappings, and Sparkplug with its memory. */
public record Formats(Decoder decoder, Mappings mappings, Sparkplug sparkplug) {

    /**
     * @param mappings the folder of mappings, if there is one
     * @throws org.fieldward.edge.decode.mapping.MappingException if one of them cannot be used
     */
    public static Formats of(Optional<Path> mappings) {
        var normaliser = new Normaliser(Catalogue.standard());
        Mappings known = mappings.map(directory -> Mappings.load(directory, normaliser))
                .orElseGet(() -> new Mappings(List.of()));
        var sparkplug = new Sparkplug(normaliser);
        var decoder = new Decoder(normaliser, format -> switch (format) {
            case Format.Fixed fixed -> Optional.empty();
            case Format.Mapped mapped -> known.parser(mapped);
            case Format.Sparkplug said -> Optional.of(sparkplug.alone(said));
        });
        return new Formats(decoder, known, sparkplug);
    }

    /** For a payload that was kept with its topic: what it was meant to be. */
    public Optional<Format> format(DeviceId device, String topic) {
        List<String> levels = List.of(topic.split("/", -1));
        return mappings.format(device, levels)
                .or(() -> Format.Sparkplug.ofTopic(device, levels))
                .or(() -> Format.ofTopicLevel(levels.getLast()));
    }
}
