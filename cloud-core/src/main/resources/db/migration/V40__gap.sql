-- What gateways had to give up or turn away. Committed to like readings; never changed, for it is attributed to a device.
create table gap (
    number bigint generated always as identity primary key,
    gateway text not null,
    epoch bigint not null,
    sequence bigint not null,
    device text not null,
    -- When the earliest and the latest of the lost records were measured, both included.
    from_us bigint not null,
    to_us bigint not null,
    commitment_batch bigint not null,
    commitment_position integer not null,
    salt bytea not null,
    -- A StoredGap: lane, count and reason stand in it.
    record bytea not null,
    unique (gateway, epoch, sequence)
);
create index gap_device on gap (device, number);
