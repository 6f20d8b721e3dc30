package org.fieldward.edge.ingest;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.Mappings;
import org.fieldward.edge.decode.medtech.MedtechFiles;
import org.fieldward.edge.decode.medtech.MedtechMapping;
import org.fieldward.edge.decode.sparkplug.Sparkplug;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every format that this gateway reads: those that are fixed, the operator's mappings, and Sparkplug with its memory. */
public record Formats(Decoder decoder, Mappings mappings, Sparkplug sparkplug) {

    private static final Logger LOG = LoggerFactory.getLogger(Formats.class);

    /**
     * @param mappings the folder of mappings, if there is one
     * @throws org.fieldward.edge.decode.mapping.MappingException if one of them cannot be used
     */
    public static Formats of(Optional<Path> mappings) {
        return of(mappings, Optional.empty());
    }

    /**
     * @param mappings the folder of mappings, if there is one
     * @param medtech mapping files of a MedTech service, if there are any
     * @throws org.fieldward.edge.decode.mapping.MappingException if one of them cannot be used
     */
    public static Formats of(Optional<Path> mappings, Optional<MedtechFiles> medtech) {
        var normaliser = new Normaliser(Catalogue.standard());
        Mappings own = mappings.map(directory -> Mappings.load(directory, normaliser))
                .orElseGet(() -> new Mappings(List.of()));
        Mappings known =
                medtech.map(files -> own.and(medtech(files, normaliser))).orElse(own);
        var sparkplug = new Sparkplug(normaliser);
        var decoder = new Decoder(normaliser, format -> switch (format) {
            case Format.Fixed fixed -> Optional.empty();
            case Format.Mapped mapped -> known.parser(mapped);
            case Format.Sparkplug said -> Optional.of(sparkplug.alone(said));
        });
        return new Formats(decoder, known, sparkplug);
    }

    private static MedtechMapping medtech(MedtechFiles files, Normaliser normaliser) {
        MedtechMapping mapping = MedtechMapping.read(files, normaliser);
        mapping.unusable()
                .forEach(what -> LOG.warn("The mapping {} holds what cannot be used, {}", files.fhir(), what));
        return mapping;
    }

    /** For a payload that was kept with its topic: what it was meant to be. */
    public Optional<Format> format(DeviceId device, String topic) {
        List<String> levels = List.of(topic.split("/", -1));
        return mappings.format(device, levels)
                .or(() -> Format.Sparkplug.ofTopic(device, levels))
                .or(() -> Format.ofTopicLevel(levels.getLast()));
    }
}
