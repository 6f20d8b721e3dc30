-- What arrived, as it came. Ids are given under the lock of journal_tail, so that their order is the order of commit
-- and a follower that read up to an id can never be overtaken by a smaller one.
create table journal_tail (
    only_one boolean primary key default true check (only_one),
    last_id bigint not null
);
insert into journal_tail (last_id) values (0);

create table journal (
    id bigint primary key,
    gateway text not null,
    epoch bigint not null,
    lane smallint not null,
    covers int8multirange not null,
    -- The part of covers that no earlier row had: only these records count.
    fresh int8multirange not null,
    content bytea not null,
    arrived_at timestamptz not null
);
-- The content is compressed already.
alter table journal alter column content set storage external;

create table journal_coverage (
    gateway text not null,
    epoch bigint not null,
    covered int8multirange not null,
    primary key (gateway, epoch)
);

-- Messages that could not even be journalled, once per distinct content.
create table journal_malformed (
    gateway text not null,
    digest bytea not null,
    reason text not null,
    content bytea not null,
    arrived_at timestamptz not null,
    primary key (gateway, digest)
);

create table follower_cursor (
    follower text primary key,
    position bigint not null
);

-- Every change of the registry counts this up under its row lock, so that snapshots can tell that they are old.
create table registry_tail (
    only_one boolean primary key default true check (only_one),
    version bigint not null
);
insert into registry_tail (version) values (0);

create table patient (
    patient_no integer generated always as identity primary key,
    id text not null unique,
    identifier text not null,
    family text not null,
    given text not null,
    birth_date date,
    gender text not null check (gender in ('male', 'female', 'other', 'unknown')),
    updated_at timestamptz not null
);

create table device (
    device_no integer generated always as identity primary key,
    id text not null unique,
    type text not null,
    bed text,
    gateway text,
    updated_at timestamptz not null
);

create table binding (
    number bigint generated always as identity primary key,
    device_no integer not null references device,
    patient_no integer not null references patient,
    from_us bigint not null,
    -- Excluded; null while it lasts.
    until_us bigint check (until_us >= from_us),
    -- One patient per device at a time, also when two people bind at the same moment.
    constraint binding_overlap exclude using gist (
        int4range(device_no, device_no, '[]') with &&,
        int8range(from_us, until_us) with &&
    )
);

-- What a new or changed binding makes the attribution look at again: the readings of a device in a span of time.
create table binding_change (
    number bigint primary key,
    device_no integer not null references device,
    -- Moves forward while a long span is worked through.
    from_us bigint not null,
    until_us bigint not null
);

create table gateway (
    id text primary key,
    added_at timestamptz not null,
    revoked_at timestamptz,
    token_digest bytea,
    token_until timestamptz
);

create table gateway_certificate (
    fingerprint text primary key,
    gateway text not null references gateway,
    valid_until timestamptz not null,
    revoked_at timestamptz
);

create table gateway_state (
    gateway text primary key references gateway,
    connected boolean not null,
    software text not null,
    last_seen_at timestamptz not null,
    last_confirmed_at timestamptz,
    clock_offset_ms bigint not null,
    backlog jsonb not null,
    oldest_age_s bigint not null,
    disk_used bigint not null,
    disk_quota bigint not null,
    devices_connected integer not null,
    rejected_payloads bigint not null
);

-- The current version of each reading. patient_no 0: it waits for a binding and is not yet committed to.
create table reading (
    device_no integer not null,
    measured_us bigint not null,
    patient_no integer not null,
    version integer not null,
    -- Bit n is set if the parameter with number n is there.
    parameters bigint not null,
    commitment_batch bigint not null,
    commitment_position integer not null,
    -- Its number in the quarantine while it waits.
    waiting bigint,
    salt bytea not null,
    record bytea not null,
    primary key (device_no, measured_us)
);
alter table reading alter column salt set storage plain;
create index reading_waiting on reading (waiting) where waiting is not null;

create table reading_history (
    device_no integer not null,
    measured_us bigint not null,
    version integer not null,
    patient_no integer not null,
    parameters bigint not null,
    commitment_batch bigint not null,
    commitment_position integer not null,
    salt bytea not null,
    record bytea not null,
    replaced_at timestamptz not null,
    primary key (device_no, measured_us, version)
);

-- Numbers without holes: the batch is written in the transaction of the readings, under the follower's cursor lock.
create table commitment_batch (
    number bigint primary key,
    commitments bytea not null
);
alter table commitment_batch alter column commitments set storage external;

-- One row of numbers for both kinds of what is held: the refused, and the readings that wait for a binding.
create sequence quarantine_number;

-- What was not accepted, kept with its bytes. Readings that wait for a binding stand in reading.
create table quarantine (
    number bigint primary key default nextval('quarantine_number'),
    reason text not null check (reason in ('invalid', 'conflict', 'malformed')),
    detail text not null,
    gateway text not null,
    epoch bigint not null,
    first_sequence bigint not null,
    last_sequence bigint not null,
    device text,
    measured_us bigint,
    content bytea not null,
    quarantined_at timestamptz not null
);
create index quarantine_reason on quarantine (reason, number);

create table alarm (
    gateway text not null,
    alarm text not null,
    device text not null,
    kind text not null,
    priority text not null,
    phase text not null,
    parameter integer not null,
    detail text not null,
    raised_us bigint not null,
    -- The stamp of its newest step; device_us is null if the device gave no time.
    device_us bigint,
    received_us bigint not null,
    tick_ms bigint not null,
    boot bigint not null,
    clock smallint not null,
    primary key (gateway, alarm)
);
create index alarm_active on alarm (device) where phase <> 'CLEARED';

create table alarm_history (
    gateway text not null,
    epoch bigint not null,
    sequence bigint not null,
    alarm text not null,
    device text not null,
    kind text not null,
    priority text not null,
    phase text not null,
    parameter integer not null,
    detail text not null,
    at_us bigint not null,
    primary key (gateway, epoch, sequence)
);

create table device_status (
    device text not null,
    gateway text not null,
    status text not null,
    at_us bigint not null,
    epoch bigint not null,
    sequence bigint not null,
    primary key (device, gateway)
);
