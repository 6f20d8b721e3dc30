-- Readings that came together and follow each other in time, of one device and one patient, as they came: one row for many.
-- Runs of a device never overlap, and what stands in one stands nowhere else. A run of which a reading changes is taken
-- apart into rows of reading, so all in here is version 1 and was never changed.
create table reading_run (
    device_no integer not null,
    first_us bigint not null,
    last_us bigint not null check (last_us >= first_us),
    patient_no integer not null check (patient_no <> 0),
    -- What any of them has: bit n is set if the parameter with number n is there.
    parameters bigint not null,
    commitment_batch bigint not null,
    -- One entry for each reading, ascending in time. A record is head, middle and tail together.
    measured bigint[] not null,
    -- Like parameters; empty where all have the same.
    present bigint[] not null,
    positions integer[] not null,
    head bytea not null,
    middles bytea[] not null,
    tail bytea not null,
    -- The salt of a record is sha256(secret || int4send(position)).
    secret bytea not null,
    primary key (device_no, first_us)
);
create index reading_run_batch on reading_run (commitment_batch);
-- Compressing each run costs more than it saves here, and a short one is read at once if it lies in the row itself.
alter table reading_run set (toast_tuple_target = 8160);
alter table reading_run
    alter column measured set storage external,
    alter column present set storage external,
    alter column positions set storage external,
    alter column middles set storage external;
