package org.fieldward.core.anchor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.ledger.LedgerException;
import org.fieldward.core.ledger.NoteKey;
import org.fieldward.core.ledger.ProofFile;
import org.fieldward.core.ledger.RecordCheck;
import org.fieldward.core.ledger.RecordCheck.Result;
import org.fieldward.core.ledger.RecordCheck.Step;
import org.fieldward.proto.tree.RecordCommitment;

/** The proof as one JSON text: writes it, and checks one from anywhere. What it says twice must agree. */
public final class ProofJson {

    static final String FORMAT = "fieldward-proof/v1";

    private static final Set<String> FIELDS =
            Set.of("format", "record", "salt", "commitment", "leafIndex", "treeSize", "checkpoint", "proof", "anchors");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Where the file says that its checkpoint is on a chain; nobody vouches for it. */
    public record Hint(long chainId, String contract, String tx, long block, long size, Hash root) {}

    /** What came of the check, and the hints of a file that was accepted. */
    public record Checked(Result result, List<Hint> hints) {}

    private ProofJson() {}

    static String write(Proof proof) {
        byte[] record = proof.record().toByteArray();
        byte[] salt = proof.salt().toByteArray();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("format", FORMAT);
        json.put("record", base64(record));
        json.put("salt", base64(salt));
        json.put("commitment", base64(new RecordCommitment().of(salt, record)));
        json.put("leafIndex", proof.file().index());
        json.put("treeSize", proof.checkpoint().size());
        json.put("checkpoint", proof.file().checkpoint().text());
        json.put("proof", proof.file().text());
        json.set("anchors", anchors(proof.anchors()));
        return json.toString();
    }

    /** The text of the hints inside the proof file: the same as field {@code anchors}. */
    static Optional<String> hints(List<ChainState.Anchor> anchors) {
        return anchors.isEmpty()
                ? Optional.empty()
                : Optional.of(anchors(anchors).toString());
    }

    /** Checks a proof with nothing but the log's public key. */
    public static Checked check(String text, NoteKey key) {
        try {
            JsonNode json = MAPPER.readTree(text);
            require(fields(json).equals(FIELDS), "the fields must be " + new TreeSet<>(FIELDS));
            require(text(json, "format").equals(FORMAT), "the format must be " + FORMAT);
            byte[] record = bytes(json, "record");
            byte[] salt = bytes(json, "salt");
            var file = ProofFile.parse(text(json, "proof"));
            require(
                    file.checkpoint().text().equals(text(json, "checkpoint")),
                    "the checkpoint must be that of the proof");
            require(file.index() == number(json, "leafIndex"), "leafIndex must be that of the proof");
            require(
                    file.hints().orElse("[]").equals(json.get("anchors").toString()),
                    "the anchors must be those of the proof");
            return new Checked(check(record, salt, json, file, key), hints(json.get("anchors")));
        } catch (JsonProcessingException e) {
            return refused(Step.FORMAT, "the file is not JSON");
        } catch (LedgerException e) {
            return refused(Step.FORMAT, String.valueOf(e.getMessage()));
        }
    }

    private static Result check(byte[] record, byte[] salt, JsonNode json, ProofFile file, NoteKey key) {
        if (salt.length == RecordCommitment.SALT_BYTES
                && !base64(new RecordCommitment().of(salt, record)).equals(text(json, "commitment"))) {
            return new Result.Refused(Step.COMMITMENT, "the commitment is not that of record and salt");
        }
        Result result = RecordCheck.check(record, salt, file, key);
        if (!(result instanceof Result.Accepted accepted)) {
            return result;
        }
        require(accepted.checkpoint().size() == number(json, "treeSize"), "treeSize must be that of the checkpoint");
        for (Hint hint : hints(json.get("anchors"))) {
            require(
                    hint.size() == accepted.checkpoint().size()
                            && hint.root().equals(accepted.checkpoint().root()),
                    "the anchors must be of the checkpoint");
        }
        return result;
    }

    private static Checked refused(Step step, String reason) {
        return new Checked(new Result.Refused(step, reason), List.of());
    }

    private static ArrayNode anchors(List<ChainState.Anchor> anchors) {
        ArrayNode list = MAPPER.createArrayNode();
        for (ChainState.Anchor anchor : anchors) {
            list.addObject()
                    .put("chainId", anchor.chainId())
                    .put("contract", anchor.contract())
                    .put("tx", anchor.tx())
                    .put("block", anchor.block())
                    .put("size", anchor.size())
                    .put("root", anchor.root().hex())
                    .put("state", anchor.finality().name().toLowerCase(Locale.ROOT));
        }
        return list;
    }

    private static List<Hint> hints(JsonNode anchors) {
        return anchors.valueStream()
                .map(anchor -> new Hint(
                        number(anchor, "chainId"),
                        text(anchor, "contract"),
                        text(anchor, "tx"),
                        number(anchor, "block"),
                        number(anchor, "size"),
                        Hash.fromHex(text(anchor, "root"))))
                .toList();
    }

    private static Set<String> fields(JsonNode json) {
        var names = new TreeSet<String>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        require(value.isTextual(), field + " must be text");
        return value.asText();
    }

    private static long number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        require(value.isIntegralNumber() && value.canConvertToLong(), field + " must be a whole number");
        return value.asLong();
    }

    private static byte[] bytes(JsonNode json, String field) {
        String text = text(json, field);
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            require(base64(bytes).equals(text), field + " must be base64 in its one spelling");
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new LedgerException(field + " must be base64", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new LedgerException(rule);
        }
    }
}
