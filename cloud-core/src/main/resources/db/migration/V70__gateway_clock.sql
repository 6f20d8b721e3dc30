-- What each gateway's monotonic clock said when the core first spoke to it during a boot.
create table gateway_clock (
    gateway text not null,
    boot bigint not null,
    tick_millis bigint not null,
    core_at timestamptz not null,
    primary key (gateway, boot)
);
