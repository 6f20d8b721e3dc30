package org.fieldward.edge.decode;

import org.fieldward.edge.fuzz.Dice;
import org.fieldward.proto.reading.Catalogue;

/** Any bytes in any of the fixed formats: readings that travel unchanged, or a refusal in words. */
public final class PayloadFuzz {

    private static final Decoder DECODER = new Decoder(Catalogue.standard());

    private PayloadFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        Format format = Format.Fixed.values()[dice.below(Format.Fixed.values().length)];
        Judged.decode(DECODER, format, dice.rest());
    }
}
