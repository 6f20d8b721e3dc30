-- Documents of gateways as they took effect, or why they wait. Content stands here only while nobody else keeps it: of a
-- refused clinical event. What was taken is in clinical_event, and messages of HL7 are in webhook_arrival either way.
create table recorded_document (
    number bigint generated always as identity primary key,
    gateway text not null,
    epoch bigint not null,
    sequence bigint not null,
    purpose text not null check (purpose in ('clinical-event', 'hl7v2')),
    document_id text not null,
    recorder text not null,
    kind text not null,
    media_type text not null,
    facility text not null,
    content bytea not null,
    recorded_at timestamptz not null,
    arrived_at timestamptz not null,
    settled_at timestamptz not null,
    state text not null check (state in ('taken', 'refused')),
    detail text not null,
    -- Of the clinical event, or of the webhook's arrival; null where there is none.
    result bigint,
    attempts integer not null default 1,
    -- In the order in which gateways are told; whoever gives one holds the follower's cursor.
    mark bigint not null,
    unique (gateway, epoch, sequence)
);
create index recorded_document_told on recorded_document (gateway, mark);
create index recorded_document_refused on recorded_document (number) where state = 'refused';
create sequence recorded_mark;

-- Gateways' documents and statuses are few among the readings, and their follower looks for them alone.
create index journal_event on journal (id) where lane = 2;
