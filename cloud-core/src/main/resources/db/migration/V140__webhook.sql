-- Messages of hospital systems as they came. A row is made in the transaction in which what it says takes effect, or, where it
-- is refused, in one of its own; until then it is not applied.
create table webhook_arrival (
    number bigint generated always as identity primary key,
    source text not null,
    facility text not null,
    -- The sender's own name of it: MSH-10, Bundle.identifier, MessageHeader.id or a header.
    control_id text,
    digest bytea not null,
    kind text not null,
    bytes bytea not null,
    state text not null default 'quarantined' check (state in ('applied', 'quarantined')),
    arrived_at timestamptz not null,
    settled_at timestamptz not null,
    place text,
    rule text,
    status integer not null default 0,
    answer text not null default '',
    attempts integer not null default 0,
    unique (source, facility, control_id, digest)
);
create index webhook_arrival_waiting on webhook_arrival (number) where state = 'quarantined';

-- Signatures of the last minutes, each of which counts once.
create table webhook_signature (
    source text not null,
    signature text not null,
    seen_at timestamptz not null,
    primary key (source, signature)
);
create index webhook_signature_age on webhook_signature (seen_at);
