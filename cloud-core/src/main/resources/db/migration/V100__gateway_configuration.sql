-- What an operator wants each gateway to be set to. Every version is kept; the highest one holds.
create table gateway_configuration (
    gateway text not null references gateway (id),
    version bigint not null,
    set_at timestamptz not null,
    primary key (gateway, version)
);
create table gateway_setting (
    gateway text not null,
    version bigint not null,
    key text not null,
    value text not null,
    primary key (gateway, version, key),
    foreign key (gateway, version) references gateway_configuration (gateway, version)
);
-- What the gateway last said became of one.
create table gateway_configuration_state (
    gateway text primary key references gateway (id),
    version bigint not null,
    applied boolean not null,
    detail text not null,
    said_at timestamptz not null
);
