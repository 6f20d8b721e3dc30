-- Who may sign in here, without an issuer of their own. A name is never given to another: who is removed stays as a row.
create table person (
    name text primary key,
    password text not null,
    roles text[] not null,
    -- Null: none was named.
    facilities text[],
    added_at timestamptz not null,
    removed_at timestamptz
);

-- Only digests of secrets. Whoever may do what is as it was at the sign-in; a change of the person ends the sessions.
create table access_session (
    digest bytea primary key,
    subject text not null,
    name text not null,
    roles text[] not null,
    facilities text[],
    patient text,
    person text references person,
    began_at timestamptz not null,
    renewed_at timestamptz not null
);
create index access_session_person on access_session (person);

create table sign_in_code (
    digest bytea primary key,
    person text not null references person,
    until_at timestamptz not null
);

-- A patient of the registry belongs to these facilities, and to those of the gateways that carried a device while it
-- served them.
alter table patient add column facilities text[] not null default '{}', add column carried_by text[] not null default '{}';
update patient set carried_by = served.gateways from (
    select patient_no, array_agg(distinct gateway) as gateways from binding join device using (device_no)
        where gateway is not null group by patient_no) served
    where served.patient_no = patient.patient_no;
