-- The lives of each gateway's buffer file, as it told of them: each opening of the file begins one.
create table journal_life (
    gateway text not null,
    epoch bigint not null,
    -- The life before it in the same file; 0: none.
    parent bigint not null,
    first_sequence bigint not null,
    heard_at timestamptz not null,
    primary key (gateway, epoch)
);

-- Which life spoke last, and when one did that was not of its line: then there are two copies of one file.
create table journal_line (
    gateway text primary key,
    last_epoch bigint not null,
    copy_at timestamptz
);
