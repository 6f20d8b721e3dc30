-- Steps of alarms in the order of commit: they are written under the lock of the observation follower's cursor.
alter table alarm_history add column number bigint generated always as identity;
create unique index alarm_history_number on alarm_history (number);

-- Readings in the order of commit. Those that wait for a binding have no batch yet.
create index reading_batch on reading (commitment_batch) where commitment_batch > 0;

-- Who is told what happens: a FHIR Subscription, or a webhook's target.
create table receiver (
    receiver_no integer generated always as identity primary key,
    kind text not null check (kind in ('subscription', 'target')),
    -- The Subscription's id; the target's number.
    name text not null,
    state text not null check (state in ('requested', 'active', 'error', 'off')),
    reason text not null default '',
    definition text not null,
    -- Counts up with every change of the definition or the state that is not the delivery's own.
    revision bigint not null default 1,
    -- The number in the chart of the newest version that was heeded.
    heeded bigint not null default 0,
    -- False: the resource does not say yet what stands here.
    told boolean not null default true,
    -- How many events there were, and so the number of the newest.
    events bigint not null default 0,
    unique (kind, name)
);

-- What must be told in order: one lane for a Subscription, one for each patient for a target.
create table receiver_lane (
    receiver_no integer not null references receiver on delete cascade,
    lane text not null,
    -- The newest event in it, and the newest that was taken or given up.
    last bigint not null,
    sent bigint not null default 0,
    failures integer not null default 0,
    failing_since timestamptz,
    next_at timestamptz,
    heard_at timestamptz,
    primary key (receiver_no, lane)
);
create index receiver_lane_waiting on receiver_lane (receiver_no) where sent < last;

create table receiver_event (
    receiver_no integer not null references receiver on delete cascade,
    number bigint not null,
    lane text not null,
    at timestamptz not null,
    -- What it is about: content is read when it is told.
    word text not null,
    focus text not null,
    version bigint not null,
    place bigint not null,
    patient text,
    -- Given up: the receiver did not take it for too long.
    dead boolean not null default false,
    primary key (receiver_no, number)
);
create index receiver_event_lane on receiver_event (receiver_no, lane, number);
create index receiver_event_at on receiver_event (at);
create index receiver_event_dead on receiver_event (receiver_no, number) where dead;

-- Seals what a Subscription's author may see, so that only the core can write that.
create table receiver_key (
    only_one boolean primary key default true check (only_one),
    key bytea not null
);
