-- How many current rows of reading and waveform there are per device, quarter of an hour and patient, kept in the
-- transaction that writes them, so that a month can be counted without reading it. Every time zone in use is a whole number
-- of quarters away from UTC.
create table tally (
    device_no integer not null,
    -- Counted from 1970.
    quarter bigint not null,
    -- 0: what waits for a binding.
    patient_no integer not null,
    readings bigint not null,
    parameters bigint not null,
    waveforms bigint not null,
    -- All of them were committed to in these batches or between; both bounds may be wider than need be.
    first_batch bigint not null,
    last_batch bigint not null,
    primary key (device_no, quarter, patient_no)
);

-- Which sequences of a gateway the records of a device and quarter lie between. Not known of what was stored before.
create table tally_origin (
    device_no integer not null,
    quarter bigint not null,
    gateway text not null,
    epoch bigint not null,
    first_sequence bigint not null,
    last_sequence bigint not null,
    primary key (device_no, quarter, gateway, epoch)
);

insert into tally (device_no, quarter, patient_no, readings, parameters, waveforms, first_batch, last_batch)
select device_no, quarter, patient_no, sum(readings), sum(parameters), sum(waveforms), min(batch), max(batch)
from (
    select device_no, floor(measured_us::numeric / 900000000)::bigint as quarter, patient_no, 1 as readings,
        bit_count(parameters::bit(64)) as parameters, 0 as waveforms, commitment_batch as batch
    from reading
    union all
    select device_no, floor(measured_us::numeric / 900000000)::bigint, patient_no, 0, 0, 1, commitment_batch
    from waveform
) stored
group by device_no, quarter, patient_no;

create index quarantine_device on quarantine (device, measured_us);
create index gap_time on gap (to_us);
create index ledger_batch_leaf on ledger_batch (first_leaf);
