-- Resources are never removed, and each version is written in the transaction that wrote its resource: looking the resource
-- up once more for every version can find nothing.
alter table chart_version drop constraint chart_version_resource_no_fkey;
