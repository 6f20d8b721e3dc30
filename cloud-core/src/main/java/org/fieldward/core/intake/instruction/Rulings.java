package org.fieldward.core.intake.instruction;

import java.util.List;
import org.fieldward.proto.link.DocumentVerdict;

/** What became of gateways' documents. Thread-safe. */
public interface Rulings {

    /** Of the newest, those behind the mark, in the order of their marks. */
    List<DocumentVerdict> after(String gateway, long mark, int limit);
}
