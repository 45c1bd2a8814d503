#!/bin/sh
# Runs once, when the data directory is made: the three roles with their passwords, and the database.
set -eu

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --file /surefoot/roles.sql
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner="$SUREFOOT_OWNER_PASSWORD" --set app="$SUREFOOT_APP_PASSWORD" --set jobs="$SUREFOOT_JOBS_PASSWORD" <<'SQL'
ALTER ROLE surefoot_owner PASSWORD :'owner';
ALTER ROLE surefoot_app PASSWORD :'app';
ALTER ROLE surefoot_jobs PASSWORD :'jobs';
CREATE DATABASE surefoot OWNER surefoot_owner TEMPLATE template0;
SQL
