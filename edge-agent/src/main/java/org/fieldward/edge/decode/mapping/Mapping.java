package org.fieldward.edge.decode.mapping;

import java.util.Optional;
import org.fieldward.edge.decode.Decoder;

/** One file's explanation of one kind of payload, in whatever language it is written. Immutable. */
public interface Mapping {

    /** As in {@code devices/{id}/mapped/{name}}. */
    String name();

    /** Where such payloads come besides; empty for nowhere else. */
    Optional<OwnTopic> topic();

    Decoder.Parser parser();

    /** The same, for a payload whose topic said something beside. */
    default Decoder.Parser parser(String properties) {
        return parser();
    }
}
