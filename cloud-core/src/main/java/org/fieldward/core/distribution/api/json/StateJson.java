package org.fieldward.core.distribution.api.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.anchor.AnchorState;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.live.Lines;
import org.fieldward.core.intake.state.GatewayStates.GatewayState;
import org.fieldward.core.observation.alarm.Alarms.Alarm;
import org.fieldward.core.observation.quarantine.Quarantine;
import org.fieldward.proto.reading.Lane;

/** The state of gateways, alarms, quarantine and log as JSON. */
public final class StateJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StateJson() {}

    public static ArrayNode gateways(List<GatewayState> states) {
        ArrayNode array = NODES.arrayNode();
        for (GatewayState state : states) {
            ObjectNode json = array.addObject().put("gateway", state.gateway()).put("connected", state.connected());
            state.lastSeenAt().ifPresent(at -> json.put("last_seen", Lines.time(at)));
            state.lastConfirmedAt().ifPresent(at -> json.put("last_confirmed", Lines.time(at)));
            state.copyAt().ifPresent(at -> json.put("copy_noticed", Lines.time(at)));
            ObjectNode backlog = json.putObject("backlog");
            for (Lane lane : Lane.values()) {
                backlog.put(
                        lane.name().toLowerCase(Locale.ROOT), state.backlog().getOrDefault(lane, 0L));
            }
            state.clockOffset().ifPresent(offset -> json.put("clock_offset_ms", offset.toMillis()));
        }
        return array;
    }

    public static ArrayNode alarms(List<Alarm> alarms) {
        ArrayNode array = NODES.arrayNode();
        for (Alarm alarm : alarms) {
            try {
                array.add(Answers.JSON.readTree(Lines.alarm(alarm)));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("an alarm's line is JSON", e);
            }
        }
        return array;
    }

    public static ObjectNode quarantine(Map<String, Long> kept, List<Quarantine.Held> shown) {
        ObjectNode json = NODES.objectNode();
        ObjectNode counts = json.putObject("counts");
        kept.forEach(counts::put);
        ArrayNode held = json.putArray("held");
        for (Quarantine.Held one : shown) {
            ObjectNode written = held.addObject().put("number", one.number()).put("reason", one.reason());
            one.device().ifPresent(device -> written.put("device", device.name()));
            written.put("measured", Lines.time(one.measuredAt())).put("detail", one.detail());
        }
        return json;
    }

    public static ObjectNode anchor(AnchorState state) {
        ObjectNode json = NODES.objectNode().put("log_size", state.logSize());
        state.checkpoint()
                .ifPresent(checkpoint -> json.putObject("checkpoint")
                        .put("size", checkpoint.size())
                        .put("signed", Lines.time(checkpoint.signedAt())));
        state.trouble().ifPresent(trouble -> json.put("trouble", trouble));
        switch (state.chain()) {
            case ChainState.NotConfigured none -> json.put("chain", "none");
            case ChainState.Connecting connecting -> json.put("chain", "connecting");
            case ChainState.Connected connected -> {
                json.put("chain", "connected").put("contract", connected.contract());
                connected.waiting().ifPresent(waiting -> json.put("waiting", waiting));
                anchored(connected.newest(), json);
            }
            case ChainState.Behind behind -> {
                json.put("chain", "behind").put("since", Lines.time(behind.since()));
                anchored(behind.newest(), json);
            }
        }
        return json;
    }

    private static void anchored(Optional<ChainState.Anchor> newest, ObjectNode json) {
        newest.ifPresent(anchor -> json.putObject("anchored")
                .put("size", anchor.size())
                .put("transaction", anchor.tx())
                .put("block", anchor.block())
                .put("final", anchor.finality() == ChainState.Finality.FINAL));
    }
}
