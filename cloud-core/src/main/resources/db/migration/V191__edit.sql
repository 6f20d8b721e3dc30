-- Edits made elsewhere that a person must decide on, with the version they began with and that which stood here.
create table edit_conflict (
    number bigint generated always as identity primary key,
    type text not null,
    id text not null,
    base_version bigint not null,
    ours_version bigint not null,
    theirs text not null,
    author text not null,
    kept_at timestamptz not null,
    -- Of all that makes it that edit: one that comes again is the same.
    digest bytea not null unique,
    -- ours, theirs or merged; null while it waits.
    decision text,
    decided_by text,
    decided_at timestamptz,
    decided_version bigint
);
create index edit_conflict_open on edit_conflict (number) where decision is null;
