-- The application connects as this role. It appends through functions of the owner, so it needs
-- no right to change the log or the read models by hand. Its password is set by the operator.

do $$
begin
    if not exists (select from pg_roles where rolname = 'helhedsplan_app') then
        create role helhedsplan_app login;
    end if;
exception when duplicate_object or unique_violation then
    null;  -- another database of this server made the role at the same moment
end $$;

revoke create on schema public from public;
grant usage on schema public to helhedsplan_app;

grant select, insert on text, refusal to helhedsplan_app;
grant select on event, state_row, task, notice, outbox, installation to helhedsplan_app;
grant update (offset_seconds, target) on installation to helhedsplan_app;

create function erase_text(text_id uuid, at timestamptz) returns boolean
    language sql volatile security definer set search_path = public, pg_temp
    begin atomic
        update text set body = null, salt = null, erased_at = at
        where id = text_id and erased_at is null
        returning true;
    end;

revoke execute on all functions in schema public from public;
grant execute on function append_batch, erase_text to helhedsplan_app;
