-- What steps of the follower counted and did not yet add to tally and tally_origin: one row for each step, because a row per
-- device in every step is dear. What is in here is counted by whoever counts, and nowhere else; the follower adds it up in
-- the transaction that takes it out.
create table tally_step (
    batch bigint not null,
    -- As in tally, one entry for each of its rows.
    device_no integer[] not null,
    quarter bigint[] not null,
    patient_no integer[] not null,
    readings bigint[] not null,
    parameters bigint[] not null,
    waveforms bigint[] not null,
    -- As in tally_origin, one entry for each of its rows.
    origin_device_no integer[] not null,
    origin_quarter bigint[] not null,
    gateway text[] not null,
    epoch bigint[] not null,
    first_sequence bigint[] not null,
    last_sequence bigint[] not null
);
-- A row lives for a second or two: compressing it is not worth the time.
alter table tally_step set (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
alter table tally_step
    alter column device_no set storage external,
    alter column quarter set storage external,
    alter column patient_no set storage external,
    alter column readings set storage external,
    alter column parameters set storage external,
    alter column waveforms set storage external,
    alter column origin_device_no set storage external,
    alter column origin_quarter set storage external,
    alter column gateway set storage external,
    alter column epoch set storage external,
    alter column first_sequence set storage external,
    alter column last_sequence set storage external;

-- Small, but asked with every count: as rows.
create view tally_pending as
select u.device_no, u.quarter, u.patient_no, u.readings, u.parameters, u.waveforms, s.batch
from tally_step s cross join lateral unnest(s.device_no, s.quarter, s.patient_no, s.readings, s.parameters, s.waveforms)
    as u(device_no, quarter, patient_no, readings, parameters, waveforms);

create view tally_origin_pending as
select u.device_no, u.quarter, u.gateway, u.epoch, u.first_sequence, u.last_sequence
from tally_step s cross join lateral unnest(s.origin_device_no, s.origin_quarter, s.gateway, s.epoch, s.first_sequence,
    s.last_sequence) as u(device_no, quarter, gateway, epoch, first_sequence, last_sequence);
