package org.fieldward.core.distribution.api;

import java.util.function.Supplier;
import org.fieldward.core.anchor.AnchorState;
import org.fieldward.core.completeness.Completeness;
import org.fieldward.core.distribution.rest.ProofFiles;
import org.fieldward.core.distribution.rest.Stored;
import org.fieldward.core.intake.state.GatewayStates;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.observation.alarm.Alarms;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.observation.quarantine.Quarantine;
import org.fieldward.core.registry.Configurations;
import org.fieldward.core.registry.Registry;

/** Everything the door shows. */
public record Views(
        Registry registry,
        Readings readings,
        Waveforms waveforms,
        Alarms alarms,
        Accepted accepted,
        Gaps gaps,
        Quarantine quarantine,
        Completeness completeness,
        GatewayStates gateways,
        Configurations configurations,
        ProofFiles proofs,
        Stored stored,
        Supplier<AnchorState> anchor) {}
