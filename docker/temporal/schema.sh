#!/bin/sh
# Brings both of Temporal's databases to the schema of this version; runs before every start.
set -eu

SQL_PASSWORD=$(cat /run/secrets/temporal_password)
export SQL_PASSWORD

bring() {
    database=$1
    folder=$2
    tool() {
        temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user temporal --db "$database" "$@"
    }
    # Refused when the version table is there already, which is what we want then.
    tool setup-schema -v 0.0 || true
    tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
}

bring temporal temporal
bring temporal_visibility visibility
