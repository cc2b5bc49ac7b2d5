-- Who a token of the command line was issued to; the token itself is kept nowhere.

create table token (
    digest    bytea       not null primary key check (octet_length(digest) = 32),
    party     text        collate "C" not null,
    issued_at timestamptz not null default clock_timestamp()
);
grant select on token to helhedsplan_app;
