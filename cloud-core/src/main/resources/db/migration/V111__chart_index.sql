-- What resources are found by, of their newest versions only. A parameter is the hash of type and name
-- (chart.search.Parameter.number).
create table chart_token (
    parameter integer not null,
    resource_no bigint not null,
    system text not null,
    code text not null
);
-- By their beginnings, here and below: longer texts would not fit into an index.
create index chart_token_code on chart_token (parameter, left(code, 100), resource_no);
create index chart_token_resource on chart_token (resource_no);

create table chart_text (
    parameter integer not null,
    resource_no bigint not null,
    -- Small letters without accents.
    plain text not null,
    exact text not null
);
create index chart_text_plain on chart_text (parameter, left(plain, 100) text_pattern_ops, resource_no);
create index chart_text_resource on chart_text (resource_no);

-- Either type and id, or a URL with an empty type.
create table chart_reference (
    parameter integer not null,
    resource_no bigint not null,
    type text not null,
    id text not null,
    url text not null
);
create index chart_reference_id on chart_reference (parameter, id, type, resource_no) where type <> '';
create index chart_reference_url on chart_reference (parameter, left(url, 100), resource_no) where type = '';
create index chart_reference_named on chart_reference (type, id) where type <> '';
create index chart_reference_resource on chart_reference (resource_no);

-- Milliseconds since 1970; high is the first one after.
create table chart_span (
    parameter integer not null,
    resource_no bigint not null,
    low bigint not null,
    high bigint not null,
    -- By which of a resource's spans it is sorted, and by which when newest come first.
    first boolean not null,
    last boolean not null
);
create index chart_span_low on chart_span (parameter, low, resource_no);
create index chart_span_resource on chart_span (resource_no);

-- For the newest of one patient: the last span of each of what is in the patient's compartment.
create table chart_timeline (
    patient text not null,
    parameter integer not null,
    low bigint not null,
    resource_no bigint not null
);
create index chart_timeline_patient on chart_timeline (patient, parameter, low, resource_no);
create index chart_timeline_resource on chart_timeline (resource_no);

create table chart_uri (
    parameter integer not null,
    resource_no bigint not null,
    uri text not null
);
create index chart_uri_uri on chart_uri (parameter, left(uri, 100) text_pattern_ops, resource_no);
create index chart_uri_resource on chart_uri (resource_no);

create table chart_amount (
    parameter integer not null,
    resource_no bigint not null,
    low double precision not null,
    high double precision not null,
    system text not null,
    code text not null,
    unit text not null
);
create index chart_amount_low on chart_amount (parameter, low, resource_no);
create index chart_amount_resource on chart_amount (resource_no);

-- What one element says under two parameters; of the second only what its kind has.
create table chart_pair (
    parameter integer not null,
    resource_no bigint not null,
    first_system text not null,
    first_code text not null,
    system text not null,
    code text not null,
    unit text not null,
    plain text not null,
    low double precision not null,
    high double precision not null
);
create index chart_pair_first on chart_pair (parameter, left(first_code, 100), low, resource_no);
create index chart_pair_resource on chart_pair (resource_no);

create index chart_resource_no on chart_resource (type, no);
create index chart_resource_updated on chart_resource (type, updated_at, no);
create index chart_resource_patients on chart_resource using gin (patients);
