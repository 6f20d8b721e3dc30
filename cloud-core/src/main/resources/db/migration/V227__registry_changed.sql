-- Which version of the registry last changed a row, so that whoever knows an older one reads only what changed since.
alter table patient add column changed bigint not null default 0;
alter table device add column changed bigint not null default 0;
alter table binding add column changed bigint not null default 0;
create index patient_changed on patient (changed);
create index device_changed on device (changed);
create index binding_changed on binding (changed);

-- Whoever knows a version before this one reads everything anew: there were rows that are gone.
alter table registry_tail add column whole bigint not null default 0;

-- By whatever way a row is written, it is written under the lock of the tail: so versions are committed in their order, and
-- nobody can have read a version that is older than what is committed after it.
create function registry_changed() returns trigger language plpgsql as $$
begin
    select version into new.changed from registry_tail for update;
    return new;
end $$;
create trigger patient_changed before insert or update on patient for each row execute function registry_changed();
create trigger device_changed before insert or update on device for each row execute function registry_changed();
create trigger binding_changed before insert or update on binding for each row execute function registry_changed();

create function registry_shrank() returns trigger language plpgsql as $$
begin
    update registry_tail set version = version + 1, whole = version + 1;
    return null;
end $$;
create trigger patient_gone after delete or truncate on patient for each statement execute function registry_shrank();
create trigger device_gone after delete or truncate on device for each statement execute function registry_shrank();
create trigger binding_gone after delete or truncate on binding for each statement execute function registry_shrank();
