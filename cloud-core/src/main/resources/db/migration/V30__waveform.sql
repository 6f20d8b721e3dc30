-- The current version of each block of a waveform; like reading, but a device may have one of each kind per instant.
create table waveform (
    device_no integer not null,
    measured_us bigint not null,
    -- The number in waveforms.csv.
    kind smallint not null,
    patient_no integer not null,
    version integer not null,
    commitment_batch bigint not null,
    commitment_position integer not null,
    -- Its number in the quarantine while it waits.
    waiting bigint,
    salt bytea not null,
    record bytea not null,
    primary key (device_no, measured_us, kind)
);
alter table waveform alter column salt set storage plain;
create index waveform_waiting on waveform (waiting) where waiting is not null;

create table waveform_history (
    device_no integer not null,
    measured_us bigint not null,
    kind smallint not null,
    version integer not null,
    patient_no integer not null,
    commitment_batch bigint not null,
    commitment_position integer not null,
    salt bytea not null,
    record bytea not null,
    replaced_at timestamptz not null,
    primary key (device_no, measured_us, kind, version)
);
