package org.fieldward.core.distribution.entry;

import java.util.Optional;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.Territory;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.person.SignIn;
import org.fieldward.core.access.token.CodeFlow;

/**
 * What the door asks of access.
 *
 * @param provider where else one can sign in
 */
public record Entrance(
        Doorkeeper doorkeeper, SignIn signIn, Optional<CodeFlow> provider, Audit audit, Territory territory) {}
