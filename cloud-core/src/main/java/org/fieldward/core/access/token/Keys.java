package org.fieldward.core.access.token;

import com.nimbusds.jose.jwk.JWK;
import java.util.List;

/** An issuer's public keys. */
interface Keys {

    /**
     * The key of that name.
     *
     * @param id empty: every key there is
     * @return empty where there is none, also after looking for new ones
     */
    List<JWK> find(String id);
}
