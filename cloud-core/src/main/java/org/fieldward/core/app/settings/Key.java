package org.fieldward.core.app.settings;

import java.util.Optional;

/** Every setting: its name, its default, and what it means. Names are an API. */
public enum Key {
    DATA_DIR("data.dir", "data", "Folder for the authority's key, the embedded database and its password."),
    DATABASE_URL(
            "database.url",
            "",
            "jdbc:postgresql://HOST:PORT/NAME of your own PostgreSQL (16 or newer); empty: an embedded one in data.dir."),
    DATABASE_USER("database.user", "fieldward", "Login at your own PostgreSQL."),
    DATABASE_PASSWORD("database.password", "", "Password at your own PostgreSQL. Never printed."),
    DATABASE_PORT("database.port", "0", "Loopback port of the embedded database; 0: any free one."),
    DATABASE_POOL("database.pool", "12", "Connections to the database, 4 to 100."),
    INTAKE_ADDRESS("intake.address", "127.0.0.1", "Address on which gateways are served; 0.0.0.0 for all."),
    INTAKE_PORT("intake.port", "7443", "Port on which gateways are served (gRPC over TLS); 0: any free one."),
    INTAKE_NAMES(
            "intake.names",
            "localhost,127.0.0.1",
            "Host names and addresses by which gateways reach this core, for its certificate."),
    INTAKE_WINDOW("intake.window", "16", "Batches that one gateway may have under way without a confirm, 1 to 1000."),
    INTAKE_MAX_BATCH_BYTES(
            "intake.max-batch-bytes",
            "4194304",
            "Largest batch, 65536 to 33554432 bytes; below 2097152 gateways keep what was recorded there."),
    INTAKE_MAX_WAITING_BYTES(
            "intake.max-waiting-bytes",
            "67108864",
            "Batches of all gateways that may wait for the journal, in bytes; beyond it the core says that it is busy."),
    INTAKE_SESSIONS_PER_SECOND(
            "intake.sessions-per-second",
            "50",
            "Sessions of gateways that are opened a second, 1 to 10000; who comes beyond that is told when to come back."),
    INTAKE_MAX_SESSIONS("intake.max-sessions", "2000", "Gateways that may be connected at once, 1 to 100000."),
    INTAKE_HEARTBEAT_SECONDS("intake.heartbeat-seconds", "5", "How often a gateway reports its state, 1 to 300."),
    INTAKE_CERTIFICATE_DAYS("intake.certificate-days", "397", "Life of a gateway's certificate, 1 to 3650."),
    HTTP_ADDRESS("http.address", "127.0.0.1", "Address of the FHIR API and the console; 0.0.0.0 for all."),
    HTTP_PORT("http.port", "8080", "Port of the FHIR API and the console; 0: any free one."),
    HTTP_NAMES(
            "http.names",
            "",
            "Host names besides localhost by which clients may call; others are refused (DNS rebinding)."),
    HTTP_TOKEN_FILE(
            "http.token-file",
            "",
            "File with the bearer token (32 characters or more) of programs that administer; any address but loopback"
                    + " needs it, an issuer or people."),
    HTTP_MAX_THREADS("http.max-threads", "32", "Requests worked on at once, 8 to 1000."),
    HTTP_MAX_STREAMS("http.max-streams", "100", "Live streams open at once, 1 to 10000."),
    ACCESS_ISSUER(
            "access.issuer",
            "",
            "OpenID provider whose tokens are good here, as its discovery document names it; empty: none."),
    ACCESS_AUDIENCE("access.audience", "", "What a provider's token must name in aud; needed with access.issuer."),
    ACCESS_ALGORITHM(
            "access.algorithm",
            "RS256",
            "The one signature that a provider's token may have: RS256, PS256, ES256 or EdDSA."),
    ACCESS_CLIENT_ID(
            "access.client-id",
            "",
            "This core as a public client of the provider, for sign-in by browser; empty: none."),
    ACCESS_ROLES_CLAIM("access.roles-claim", "roles", "Where a provider's token tells roles; dots lead into objects."),
    ACCESS_FACILITIES_CLAIM(
            "access.facilities-claim",
            "facilities",
            "Where it tells facilities, * for all; without it: nothing of any."),
    ACCESS_PATIENT_CLAIM(
            "access.patient-claim", "", "Where it tells the only patient whose data they may see; empty: nowhere."),
    ACCESS_MAX_TOKEN_AGE(
            "access.max-token-age",
            "1h",
            "How old a provider's token may be, also where it says that it lasts longer."),
    ACCESS_IDLE("access.idle", "15m", "How long somebody stays signed in without doing anything, 1m to 12h."),
    ACCESS_SESSION("access.session", "12h", "How long at most without signing in again, up to 24h."),
    AUDIT_RETENTION_YEARS("audit.retention-years", "6", "How long the audit is kept, 1 to 100 years."),
    FACILITY_GATEWAYS(
            "facility.gateways",
            "",
            "Facilities that gateways stand in: GATEWAY=FACILITY separated by commas; a gateway that is not named is its"
                    + " own facility."),
    ROSTER_LABEL(
            "roster.label",
            "bed",
            "What a ward's own screen shows of a patient beside the bed: 'bed' for nothing more, or 'initials'."),
    FACILITY_ZONES(
            "facility.zones",
            "",
            "Time zones whose days completeness counts: GATEWAY=ZONE separated by commas, such as"
                    + " clinic-1=Africa/Nairobi; a gateway that is not named has UTC."),
    ALERT_RULES_FILE(
            "alert.rules-file", "", "JSON file that says who is told of which alarms (docs/alerts.md); empty: nobody."),
    ALERT_LINK("alert.link", "http://localhost:8080/", "Where people find the console; stands in every message."),
    ALERT_MAX_AGE("alert.max-age", "15m", "What was raised longer ago nobody is told of: it waited for a link."),
    ALERT_RETRY_FOR("alert.retry-for", "24h", "How long a message is tried."),
    ALERT_SMTP_HOST("alert.smtp-host", "", "Mail server; needed where rules send mail."),
    ALERT_SMTP_PORT("alert.smtp-port", "587", "Port of the mail server."),
    ALERT_SMTP_SECURITY(
            "alert.smtp-security",
            "starttls",
            "'starttls', 'tls' from the first byte, or 'none' on a network of yours."),
    ALERT_SMTP_USER("alert.smtp-user", "", "Login at the mail server."),
    ALERT_SMTP_PASSWORD_FILE("alert.smtp-password-file", "", "File with the password; empty: no login."),
    ALERT_FROM("alert.from", "fieldward@localhost", "Address that mails come from."),
    WEBHOOKS_SOURCES_FILE(
            "webhooks.sources-file",
            "",
            "Properties file of the hospital systems that may send, see docs/webhooks.md; empty: none may."),
    WEBHOOKS_PROXIES(
            "webhooks.proxies",
            "",
            "Addresses of proxies that say which certificate a client showed, separated by commas; others are not believed."),
    WEBHOOKS_CERTIFICATE_HEADER(
            "webhooks.certificate-header",
            "X-Client-Certificate",
            "Header in which those proxies say it: the certificate as percent-encoded PEM, or its SHA-256."),
    WEBHOOKS_MLLP_PORT("webhooks.mllp-port", "", "Port for HL7 version 2 over MLLP; empty: closed; 0: any free one."),
    WEBHOOKS_MLLP_ADDRESS("webhooks.mllp-address", "127.0.0.1", "Address of that port; 0.0.0.0 for all."),
    WEBHOOKS_MLLP_CERTIFICATE_FILE(
            "webhooks.mllp-certificate-file",
            "",
            "PEM with the certificate that MLLP over TLS shows; senders must then show one, too. Empty: no TLS."),
    WEBHOOKS_MLLP_KEY_FILE("webhooks.mllp-key-file", "", "PEM (PKCS#8) with its private key."),
    WEBHOOKS_MLLP_CLIENT_AUTHORITY_FILE(
            "webhooks.mllp-client-authority-file", "", "PEM with the authorities of the senders' certificates."),
    SUBSCRIPTION_RETRY_FOR(
            "subscription.retry-for",
            "72h",
            "How long a Subscription or webhook's target may take nothing before it is given up."),
    SUBSCRIPTION_KEEP(
            "subscription.keep",
            "336h",
            "How long events are kept for $events and for who comes back; not shorter than subscription.retry-for."),
    SUBSCRIPTION_PATIENCE("subscription.patience", "10s", "How long a receiver may take to answer, 100ms to 60s."),
    SUBSCRIPTION_MAX("subscription.max", "500", "Webhooks' targets that may be added, 1 to 10000."),
    SUBSCRIPTION_ALLOW_PRIVATE_TARGETS(
            "subscription.allow-private-targets",
            "",
            "Hosts and networks within (10.1.0.0/16, erp.local) that messages may be sent to, also without TLS; others"
                    + " must be public and https."),
    SUBSCRIPTION_BASE_URL(
            "subscription.base-url",
            "",
            "Address of the FHIR API as receivers reach it, for references in notifications; empty: http://localhost"
                    + " and http.port."),
    COPY_REDIS_URL(
            "copy.redis-url",
            "",
            "Redis that keeps a copy of every resource, redis://HOST:PORT/NUMBER or rediss:// for TLS; empty: none."),
    COPY_REDIS_USER("copy.redis-user", "", "Login there; empty: Redis's own default."),
    COPY_REDIS_PASSWORD_FILE("copy.redis-password-file", "", "File with the password there; empty: none."),
    COPY_DOCUMENT_URL(
            "copy.document-url",
            "",
            "Store that keeps a copy of every resource as a JSON document: jdbc:postgresql://HOST:PORT/NAME, or"
                    + " http(s)://HOST:PORT/NAME of CouchDB; empty: none."),
    COPY_DOCUMENT_USER("copy.document-user", "", "Login there."),
    COPY_DOCUMENT_PASSWORD_FILE("copy.document-password-file", "", "File with the password there; empty: none."),
    COPY_VERIFY_EVERY(
            "copy.verify-every", "24h", "How often every copy is compared with the chart and mended, 1m or longer."),
    LEDGER_ORIGIN(
            "ledger.origin",
            "fieldward.local/log",
            "Name of the log, DOMAIN/LOG; never to be changed once checkpoints are out."),
    LEDGER_KEY_FILE(
            "ledger.key-file",
            "",
            "Ed25519 key pair of the log, made at first start; empty: ledger-key.pem in data.dir."),
    ANCHOR_INTERVAL("anchor.interval", "60s", "How often a checkpoint is signed, and anchored, while the log grows."),
    CHAIN_URL("chain.url", "", "JSON-RPC over HTTP of an Ethereum node; empty: checkpoints are signed and stay here."),
    CHAIN_ID("chain.id", "1", "EIP-155 number of the chain; a node of another chain is not used."),
    CHAIN_KEY_FILE("chain.key-file", "", "File with the account's private key, 64 hexadecimal digits."),
    CHAIN_CONTRACT("chain.contract", "", "Address of the contract FieldwardAnchor."),
    CHAIN_DEPLOY("chain.deploy", "false", "true: deploy the contract where none is named."),
    CHAIN_FROM_BLOCK(
            "chain.from-block", "", "Where to begin reading a named contract's events; empty: the newest block."),
    CHAIN_FINALITY("chain.finality", "finalized", "When an anchor is final: 'finalized', or a number of blocks."),
    CHAIN_POLL("chain.poll", "1s", "How often the chain is asked."),
    CHAIN_RAISE_AFTER("chain.raise-after", "60s", "How long a transaction waits before it offers a higher fee."),
    CHAIN_MAX_FEE("chain.max-fee", "200", "Highest fee ever offered, in gwei.");

    private final String key;
    private final String fallback;
    private final String meaning;

    Key(String key, String fallback, String meaning) {
        this.key = key;
        this.fallback = fallback;
        this.meaning = meaning;
    }

    public String key() {
        return key;
    }

    public String fallback() {
        return fallback;
    }

    public String meaning() {
        return meaning;
    }

    static Optional<Key> of(String name) {
        for (Key key : values()) {
            if (key.key.equals(name)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** The key that somebody who wrote {@code name} most likely meant. */
    static Key nearest(String name) {
        Key best = values()[0];
        int least = Integer.MAX_VALUE;
        for (Key key : values()) {
            int distance = distance(name, key.key);
            if (distance < least) {
                least = distance;
                best = key;
            }
        }
        return best;
    }

    /** Levenshtein's: how many letters to insert, drop or change. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
