#!/usr/bin/env bash
# Renews the lock files after a change of the dependencies in pyproject.toml. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() {
    uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet
}
lock --group build --output-file packaging/requirements.lock
lock --group bundle --output-file packaging/requirements-bundle.lock
lock --group test --output-file packaging/requirements-test.lock
