#!/usr/bin/env bash
# Installs everything mopt needs on Debian 12: packages with apt-get, and the
# Python packages of the LiteRT comparison in .venv. Does nothing where all is
# there, so it can be called before every build.
#
# usage: scripts/setup.sh [--no-python]
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t packages < <(grep -v '^#' scripts/packages.txt)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
    grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  sudo=()
  ((EUID == 0)) || sudo=(sudo)
  echo "setup: installing ${missing[*]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
    --no-install-recommends "${missing[@]}" >/dev/null
fi

[[ "${1:-}" == --no-python ]] && exit 0
stamp=.venv/requirements.stamp
if ! cmp -s scripts/requirements.txt "$stamp"; then
  echo "setup: installing the Python packages of the LiteRT comparison"
  rm -rf .venv
  # The system's Python: another one on PATH may lack the venv module.
  /usr/bin/python3 -m venv .venv
  if .venv/bin/pip install -q --disable-pip-version-check \
      -r scripts/requirements.txt; then
    cp scripts/requirements.txt "$stamp"
  else
    echo "setup: Python packages could not be installed;" \
         "tests that compare with LiteRT will be reported as unsupported" >&2
  fi
fi
