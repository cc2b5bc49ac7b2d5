#!/bin/sh
# Runs once, on an empty volume: one role per duty, and no database that everybody may enter.
set -eu

psql --set ON_ERROR_STOP=1 --username postgres \
    --set owner_password="$(cat /run/secrets/owner_password)" \
    --set app_password="$(cat /run/secrets/app_password)" \
    --set temporal_password="$(cat /run/secrets/temporal_password)" <<'SQL'
create role helhedsplan login password :'owner_password';
create role helhedsplan_app login password :'app_password';
create role temporal login password :'temporal_password';

create database helhedsplan owner helhedsplan;
create database temporal owner temporal;
create database temporal_visibility owner temporal;

revoke all on database helhedsplan, temporal, temporal_visibility from public;
grant connect on database helhedsplan to helhedsplan_app;
SQL
