package org.fieldward.core.intake;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.core.registry.Gateways;

/** What the registry remembers of each gateway, also of one that never came. */
public final class RegisteredStates implements GatewayStates {

    private final Gateways gateways;

    public RegisteredStates(Gateways gateways) {
        this.gateways = gateways;
    }

    @Override
    public List<GatewayState> all() {
        Map<String, Gateways.State> states =
                gateways.states().stream().collect(Collectors.toMap(Gateways.State::gateway, state -> state));
        return gateways.gateways().stream()
                .map(gateway -> Optional.ofNullable(states.get(gateway.id()))
                        .map(RegisteredStates::state)
                        .orElseGet(() -> new GatewayState(
                                gateway.id(), false, Optional.empty(), Optional.empty(), Map.of(), Optional.empty())))
                .toList();
    }

    private static GatewayState state(Gateways.State state) {
        return new GatewayState(
                state.gateway(),
                state.connected(),
                Optional.of(state.lastSeenAt()),
                state.lastConfirmedAt(),
                state.backlog(),
                Optional.of(state.clockOffset()));
    }
}
