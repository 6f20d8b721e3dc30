-- Resources as they are now: one row each, also where deleted. What is found, locked and judged by sight.
create table chart_resource (
    no bigint generated always as identity primary key,
    type text not null,
    id text not null,
    version bigint not null,
    deleted boolean not null,
    updated_at timestamptz not null,
    facilities text[] not null,
    patients text[] not null,
    unique (type, id)
);

-- Every version, the newest too: content stands here only. Numbers are given under the lock of chart_tail, taken last in
-- each transaction, so that their order is the order of commit.
create table chart_version (
    number bigint primary key,
    resource_no bigint not null references chart_resource,
    version bigint not null,
    -- 0 created, 1 updated, 2 deleted: the order of Version.Kind.
    kind smallint not null,
    updated_at timestamptz not null,
    -- Null where deleted.
    content text,
    facilities text[] not null,
    patients text[] not null,
    unique (resource_no, version)
);

create table chart_tail (
    only_one boolean primary key default true check (only_one),
    last_number bigint not null
);
insert into chart_tail (last_number) values (0);
