-- Several followers append batches of commitments: whoever holds this row gives the next number of commitment_batch.
create table commitment_turn (
    only_one boolean primary key default true check (only_one)
);
insert into commitment_turn default values;

-- Where the commitment to each version of the chart stands.
create table chart_commitment (
    type text not null,
    id text not null,
    version bigint not null,
    commitment_batch bigint not null,
    commitment_position integer not null,
    salt bytea not null,
    primary key (type, id, version)
);
alter table chart_commitment alter column salt set storage plain;

-- Clinical events as they arrived, in the transaction of their effect.
create table clinical_event (
    number bigint generated always as identity primary key,
    source text not null,
    -- The source's own name for the event, or a digest of its bytes.
    event_id text not null,
    facility text not null,
    type text not null check (type in ('patient_admission', 'lab_result', 'imaging_complete', 'medication_order')),
    priority text not null check (priority in ('low', 'medium', 'high', 'critical')),
    occurred_at timestamptz not null,
    arrived_at timestamptz not null,
    media_type text not null,
    digest bytea not null,
    content bytea not null,
    patient text not null,
    -- What the core found: shown with the event, and again to whoever sends it twice.
    notes text[] not null,
    process_ms bigint not null,
    unique (source, event_id)
);

-- Which versions an event made, the main one first.
create table clinical_event_version (
    event bigint not null references clinical_event,
    place integer not null,
    type text not null,
    id text not null,
    version bigint not null,
    primary key (event, place)
);
create index clinical_event_version_of on clinical_event_version (type, id, version);

-- Who came to or left a bed, as it was told; what it means for the bindings follows from all of them.
create table movement (
    number bigint generated always as identity primary key,
    patient text not null,
    at_us bigint not null,
    -- Null: left the house.
    bed text,
    facility text not null,
    visit text not null,
    cancelled boolean not null default false
);
create index movement_patient on movement (patient);
create index movement_bed on movement (facility, bed);

-- Bindings that were made by a DeviceUseStatement written over FHIR; the others are binding-N.
create table binding_statement (
    binding bigint primary key references binding,
    statement text not null unique
);
