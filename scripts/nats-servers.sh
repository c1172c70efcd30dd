#!/usr/bin/env bash
# Puts NATS servers of Debian's later releases into a folder, for tests: FOLDER/<release>/nats-server.
# They are unpacked and not installed, so that the server of the system stays as it is.
set -euo pipefail
folder=${1:?write the folder for the servers}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The mirror from which this machine installs its packages.
mirror=$(
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | sed -n 's/^deb \(\[[^]]*\] \)\?\(http[^ ]*\) .*/\2/p'
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed -n 's/^URIs: *\(http[^ ]*\).*/\1/p'
  } | grep -v security | head -n 1
)
[ -n "$mirror" ] || { echo 'no mirror in the sources of apt' >&2; exit 1; }

fetch() {
  local release=$1 apt=$folder/apt/$1
  [ -x "$folder/$release/nats-server" ] && return
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$folder/$release"
  echo "deb [signed-by=$keyring] $mirror $release main" >"$apt/sources.list"
  local options=(
    -qq -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root
  )
  apt-get "${options[@]}" update
  local version
  version=$(apt-cache "${options[@]}" madison nats-server | awk '{ print $3 }' | head -n 1)
  (cd "$apt" && apt-get "${options[@]}" download "nats-server=$version" && dpkg -x nats-server_*.deb unpacked)
  mv "$apt/unpacked/usr/sbin/nats-server" "$folder/$release/nats-server"
  rm -rf "$apt"
}

for release in trixie forky; do fetch "$release"; done
for release in trixie forky; do "$folder/$release/nats-server" --version; done
