-- Who people and organisations are, apart from the log: corrected and erased here, never there.

create table directory (
    id         text        collate "C" not null primary key,
    kind       text        collate "C" not null
        check (kind in ('organisation', 'administrator', 'person', 'secretariat', 'office')),
    roles      text[]      not null default '{}',
    body       text        collate "C",
    name       text        not null,
    email      text,
    digest     text        not null default 'daily' check (digest in ('daily', 'weekly')),
    language   text        not null default 'da' check (language in ('da', 'en')),
    note       text        not null default '',
    bounced_at timestamptz,
    erased_at  timestamptz
);

-- Every mail is written here before it is sent, so that a crash sends the very same one again.
-- `carried` names the outbox rows that it settles: [[stream, notice, party], …].
create table mail (
    id         text        collate "C" not null primary key,
    party      text        collate "C" not null,
    day        date        not null,
    kind       text        collate "C" not null check (kind in ('reminder', 'alarm', 'digest')),
    subject    text        not null,
    address    text,
    message    bytea,
    carried    jsonb       not null,
    status     text        collate "C" not null check (status in ('sending', 'sent', 'bounced')),
    created_at timestamptz not null,
    settled_at timestamptz
);
create index mail_sending on mail (day, party) where status = 'sending';
create index mail_party on mail (party, day);
create unique index mail_digest_once on mail (party, day) where kind = 'digest';

grant select, insert, update on directory to helhedsplan_app;
grant select, insert, update, delete on mail to helhedsplan_app;
