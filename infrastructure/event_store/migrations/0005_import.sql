-- What was imported, row by row, so that the same file again adds nothing and a changed one shows.
-- Texts stand here as references only: [[word, id, digest], …] by column.

create table imported_row (
    plan   text    collate "C" not null,
    sheet  text    collate "C" not null check (sheet in ('plans', 'criteria', 'facts')),
    number integer not null check (number > 0),
    cells  jsonb   not null,
    texts  jsonb   not null,
    primary key (plan, sheet, number)
);

-- Rules of today that imported facts broke when they happened.
create table import_flag (
    stream  text    collate "C" not null,
    ordinal integer not null check (ordinal > 0),
    sheet   text    collate "C" not null,
    number  integer not null,
    on_day  date    not null,
    code    text    collate "C" not null,
    facts   jsonb   not null,
    primary key (stream, ordinal)
);

grant select, insert on imported_row, import_flag to helhedsplan_app;
