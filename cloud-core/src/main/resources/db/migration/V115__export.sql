-- Bulk exports that were asked for. Their files lie in the data folder of the core that makes them.
create table export_job (
    id text primary key,
    -- Names that data folder: another core that shares this database leaves the job to its own.
    home text not null,
    subject text not null,
    -- What the one who asked may see; null: every facility, whosever.
    facilities text[],
    patient text,
    kind text not null check (kind in ('system', 'patient', 'group')),
    group_id text not null,
    types text[] not null,
    since timestamptz,
    url text not null,
    started_at timestamptz not null,
    state text not null check (state in ('running', 'done', 'failed')),
    finished_at timestamptz
);

-- A file that is whole.
create table export_file (
    job text not null references export_job on delete cascade,
    type text not null,
    resources bigint not null,
    primary key (job, type)
);
