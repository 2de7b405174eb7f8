#!/bin/sh
# Writes the locks: every version with its hashes, for Linux and macOS, naming no index (pip's own settings choose it).
# Usage: requirements/lock.sh UV
set -eu
cd "$(dirname "$0")/.."
compile() {
    "$UV" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header "$@"
}
UV=$1
compile pyproject.toml requirements/build.in -o requirements/run.lock
# Constrained by what running uses, so that tests run against the same versions.
compile pyproject.toml requirements/build.in --group dev -c requirements/run.lock -o requirements/dev.lock
compile requirements/java.in -o requirements/java.lock
compile --no-deps requirements/data.in -o requirements/data.lock
