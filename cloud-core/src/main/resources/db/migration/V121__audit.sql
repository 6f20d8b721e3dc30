-- Who did what to whose data. Rows are appended under the lock of audit_head, each with the hash of the one before.
create table audit_event (
    number bigint primary key,
    -- These three repeat what the entry says, to be searched by.
    at_us bigint not null,
    agent text not null,
    patients text[] not null,
    entry text not null,
    hash bytea not null
);
create index audit_event_at on audit_event (at_us);
create index audit_event_agent on audit_event (agent, number);
create index audit_event_patients on audit_event using gin (patients);

-- The newest row, so that rows missing at the end are noticed, and the last one that retention took.
create table audit_head (
    only_one boolean primary key default true check (only_one),
    number bigint not null,
    hash bytea not null,
    purged_number bigint not null,
    purged_hash bytea not null
);
insert into audit_head (number, hash, purged_number, purged_hash)
    values (0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'));

-- Nobody changes a row, not even who owns the table. Only what is older than the retention may be deleted, by the purge.
create function audit_event_is_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('fieldward.audit_years', true) <> '' then
        if to_timestamp(old.at_us / 1000000.0)
                < now() - make_interval(years => greatest(1, current_setting('fieldward.audit_years')::int)) then
            return old;
        end if;
    end if;
    raise exception 'permission denied: the audit is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_event_row before update or delete on audit_event
    for each row execute function audit_event_is_kept();
create trigger audit_event_all before truncate on audit_event
    for each statement execute function audit_event_is_kept();

revoke update, delete, truncate on audit_event from public;
do $$ begin execute format('revoke update, delete, truncate on audit_event from %I', current_user); end $$;
