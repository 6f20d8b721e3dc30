-- What somebody must be told, from the first message until somebody knows or it is over.
create table alert_incident (
    number bigint generated always as identity primary key,
    rule text not null,
    -- The gateway's alarm, or the resource.
    subject text not null,
    -- What makes another alarm the same to people: rule, device, kind and parameter.
    likeness text not null,
    gateway text not null,
    place text not null,
    what text not null,
    priority text not null,
    raised_at timestamptz not null,
    opened_at timestamptz not null,
    seen integer not null default 1,
    level integer not null,
    -- When nobody answered for long enough; null: nothing more is due.
    next_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    closed_at timestamptz
);
create unique index alert_incident_open on alert_incident (likeness) where closed_at is null;
create index alert_incident_subject on alert_incident (subject) where closed_at is null;
create index alert_incident_likeness on alert_incident (likeness, number);
create index alert_incident_due on alert_incident (next_at)
    where closed_at is null and acknowledged_at is null and next_at is not null;

create table alert_message (
    number bigint generated always as identity primary key,
    incident bigint not null references alert_incident,
    level integer not null,
    channel text not null check (channel in ('mail', 'webhook')),
    address text not null,
    queued_at timestamptz not null,
    next_at timestamptz not null,
    failures integer not null default 0,
    sent_at timestamptz,
    -- Why it never will be sent.
    dropped text
);
create index alert_message_waiting on alert_message (next_at) where sent_at is null and dropped is null;
create index alert_message_incident on alert_message (incident);
