package org.fieldward.core.intake.state;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.core.journal.Standing;
import org.fieldward.core.registry.Gateways;

/** What the registry remembers of each gateway, also of one that never came. */
public final class RegisteredStates implements GatewayStates {

    private final Gateways gateways;
    private final Standing standing;

    public RegisteredStates(Gateways gateways, Standing standing) {
        this.gateways = gateways;
        this.standing = standing;
    }

    @Override
    public List<GatewayState> all() {
        Map<String, Gateways.State> states =
                gateways.states().stream().collect(Collectors.toMap(Gateways.State::gateway, state -> state));
        Map<String, Instant> copies = standing.copies();
        return gateways.gateways().stream()
                .map(gateway -> {
                    Optional<Instant> copyAt = Optional.ofNullable(copies.get(gateway.id()));
                    return Optional.ofNullable(states.get(gateway.id()))
                            .map(state -> state(state, copyAt))
                            .orElseGet(() -> silent(gateway.id(), copyAt));
                })
                .toList();
    }

    private static GatewayState silent(String gateway, Optional<Instant> copyAt) {
        return new GatewayState(gateway, false, Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), copyAt);
    }

    private static GatewayState state(Gateways.State state, Optional<Instant> copyAt) {
        return new GatewayState(
                state.gateway(),
                state.connected(),
                Optional.of(state.lastSeenAt()),
                state.lastConfirmedAt(),
                state.backlog(),
                Optional.of(state.clockOffset()),
                copyAt);
    }
}
