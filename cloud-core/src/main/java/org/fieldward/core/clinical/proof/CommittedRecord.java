package org.fieldward.core.clinical.proof;

import com.google.protobuf.ByteString;
import org.fieldward.core.chart.Version;

/** The exact bytes of a version that are committed to: its JSON as it is stored, or the note that it was deleted. */
final class CommittedRecord {

    private CommittedRecord() {}

    static ByteString of(Version version) {
        return ByteString.copyFromUtf8(
                version.isDeleted()
                        ? "{\"deleted\":\"" + version.key() + "/_history/" + version.version() + "\",\"at\":\""
                                + version.updatedAt() + "\"}"
                        : version.json());
    }
}
