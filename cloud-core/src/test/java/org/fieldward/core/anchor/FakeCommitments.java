package org.fieldward.core.anchor;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.observation.commitment.Commitments;
import org.fieldward.proto.tree.RecordCommitment;

/** Records made up from their number, in batches. */
final class FakeCommitments implements Commitments {

    private final List<CommitmentBatch> batches = new ArrayList<>();

    void add(int records) {
        long number = batches.size() + 1L;
        ByteString commitments = ByteString.EMPTY;
        for (int position = 0; position < records; position++) {
            commitments = commitments.concat(ByteString.copyFrom(new RecordCommitment()
                    .of(
                            salt(number, position).toByteArray(),
                            record(number, position).toByteArray())));
        }
        batches.add(new CommitmentBatch(number, commitments));
    }

    static ByteString record(long batch, int position) {
        return ByteString.copyFromUtf8("heart rate " + position + " of batch " + batch);
    }

    static ByteString salt(long batch, int position) {
        return ByteString.copyFrom(new byte[32])
                .substring(12)
                .concat(ByteString.copyFromUtf8("%06d%06d".formatted(batch, position)));
    }

    @Override
    public List<CommitmentBatch> after(long number, int limit) {
        return batches.stream().skip(number).limit(limit).toList();
    }
}
