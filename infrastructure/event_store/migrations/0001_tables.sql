-- The log, the read models that are folded from it, and the few rows that are neither.

-- Written by append_batch alone, which also checks what is allowed in it.
create table event (
    position      bigint      not null primary key,
    stream        text        collate "C" not null,
    version       integer     not null,
    ordinal       integer     not null,
    type          text        collate "C" not null,
    data          text        collate "C" not null,
    valid_on      date        not null,
    recorded_at   timestamptz not null,
    recorded_on   date        not null,
    witnessed     boolean     not null,
    actor         text        collate "C" not null,
    on_behalf_of  text        collate "C",
    command_id    uuid        not null,
    previous_hash bytea       not null,
    hash          bytea       not null,
    constraint event_stream_version unique (stream, version),
    constraint event_stream_command unique (stream, command_id, ordinal)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% of % is refused: the log is append-only', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end $$;

create trigger event_is_append_only
    before update or delete on event for each statement execute function refuse_change();
create trigger event_is_never_truncated
    before truncate on event for each statement execute function refuse_change();

create table state_row (
    stream  text    collate "C" not null primary key,
    kind    text    collate "C" not null,
    version integer not null,
    facets  jsonb   not null,
    body    text    collate "C" not null
) with (fillfactor = 70);
create index state_row_kind on state_row (kind);

create table task (
    stream text  collate "C" not null,
    task   text  collate "C" not null,
    role   text  collate "C" not null,
    party  text  collate "C",
    since  date  not null,
    due_on date,
    detail jsonb not null,
    constraint task_once unique nulls not distinct (stream, task, role, party)
);
create index task_role_party on task (role, party);
create index task_party on task (party);
create index task_due_on on task (due_on);

create table notice (
    stream     text        collate "C" not null,
    notice     text        collate "C" not null,
    deadline   text        not null,
    kind       text        collate "C" not null,
    send_on    date        not null,
    status     text        collate "C" not null,
    planned_at timestamptz not null,
    due_at     timestamptz,
    settled_at timestamptz,
    detail     jsonb       not null,
    primary key (stream, notice)
);
create index notice_status_send_on on notice (status, send_on);

create table outbox (
    stream     text        collate "C" not null,
    notice     text        collate "C" not null,
    party      text        collate "C" not null,
    day        date        not null,
    urgent     boolean     not null,
    template   text        collate "C" not null,
    facts      jsonb       not null,
    status     text        collate "C" not null
        check (status in ('pending', 'sent', 'bounced', 'suppressed')),
    mail_id    text,
    created_at timestamptz not null,
    settled_at timestamptz,
    primary key (stream, notice, party)
);
create index outbox_pending on outbox (day, party) where status = 'pending';
create index outbox_mail on outbox (mail_id) where mail_id is not null;

-- What people write. Erasing takes the body and the salt, so that no guess can be checked.
create table text (
    id        uuid  not null primary key default gen_random_uuid(),
    salt      bytea check (octet_length(salt) = 16),
    body      text,
    erased_at timestamptz,
    check ((erased_at is null and salt is not null and body is not null)
        or (erased_at is not null and salt is null and body is null))
);

create table refusal (
    id         uuid        not null primary key default gen_random_uuid(),
    stream     text        collate "C" not null,
    command_id uuid        not null,
    actor      text        collate "C" not null,
    code       text        collate "C" not null,
    facts      jsonb       not null,
    at         timestamptz not null,
    constraint refusal_once unique (stream, command_id)
);
create index refusal_at on refusal (at);

-- One row: what this installation is. Only a demo or a rehearsal has a calendar of its own.
create table installation (
    only_row       boolean not null primary key default true check (only_row),
    kind           text    collate "C" not null
        check (kind in ('production', 'demo', 'rehearsal')),
    offset_seconds bigint  not null default 0,
    target         timestamptz,
    check (kind <> 'production' or (offset_seconds = 0 and target is null))
);
