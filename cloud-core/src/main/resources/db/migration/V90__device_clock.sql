-- By what the clock of a device was put right, newest last: under which instants else a report of it may be known already.
create table device_clock (
    number bigint generated always as identity primary key,
    device_no integer not null references device,
    correction_us bigint not null,
    unique (device_no, correction_us)
);
