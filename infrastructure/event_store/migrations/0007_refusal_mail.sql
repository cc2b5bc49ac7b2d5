-- The sender of a refused signal is told once, by mail.

alter table refusal add column mail_id text;
create index refusal_untold on refusal (at) where mail_id is null;
grant update (mail_id) on refusal to helhedsplan_app;

alter table mail drop constraint mail_kind_check;
alter table mail add constraint mail_kind_check
    check (kind in ('reminder', 'alarm', 'digest', 'refusal'));
