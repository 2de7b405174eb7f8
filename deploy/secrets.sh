#!/bin/sh
# Makes the secrets that docker-compose.yml asks for, once: .env and deploy/secrets/, beside it and not in the repository.
set -eu
cd "$(dirname "$0")/.."
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
mkdir -p deploy/secrets
# The directory keeps others out; the files in it are read by containers' users of other numbers.
chmod 700 deploy/secrets
for name in exchange_token grafana_password; do
    [ -s "deploy/secrets/$name" ] || random > "deploy/secrets/$name"
    chmod 644 "deploy/secrets/$name"
done
if ! [ -s .env ]; then
    (umask 077 && printf 'POSTGRES_PASSWORD=%s\n' "$(random)" > .env)
fi
echo "Secrets are in .env and deploy/secrets/. Next: docker compose up --build --detach"
