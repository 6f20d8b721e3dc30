-- What is known of each copy of the chart; how far it is stands in follower_cursor.
create table copy_state (
    name text primary key,
    copied_at timestamptz,
    -- In a row; 0 while it goes well.
    failures integer not null default 0,
    failing_since timestamptz,
    -- Never content or credentials.
    last_error text,
    last_error_at timestamptz,
    verified_at timestamptz,
    verified_millis bigint,
    compared bigint,
    missing bigint,
    extra bigint,
    different bigint,
    mended bigint
);

-- What a copy's store can never take, by the version that it refused.
create table copy_refused (
    name text not null,
    type text not null,
    id text not null,
    refused_at timestamptz not null,
    primary key (name, type, id)
);
