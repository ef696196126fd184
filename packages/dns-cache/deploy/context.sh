#!/bin/sh
# Lays out what the Containerfile copies: built programs and their production dependencies. The registry of npm is asked
# here, by pnpm as it is set up on this machine, and not while the image is built.
#   sh packages/dns-cache/deploy/context.sh [FOLDER]
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
context=${1:-"$root/packages/dns-cache/deploy/context"}
case $context in /*) ;; *) context=$PWD/$context ;; esac

# What is there goes: that has to be nothing, or what an earlier call has laid out.
if [ -n "$(ls -A "$context" 2>/dev/null)" ] && { [ -e "$context/src" ] || ! grep -qs '"name": "@nodelocal/scenarios"' "$context/package.json"; }; then
  echo "context.sh: $context is not empty, and was not laid out by this script; name another folder" >&2
  exit 2
fi

cd "$root"
npx --yes pnpm@10 exec tsc -b
rm -rf "$context"
# pnpm takes what it lays out for an install of the checkout, and would take the development packages away before the next command.
state=node_modules/.pnpm-workspace-state-v1.json
kept=$(mktemp)
cp -p "$state" "$kept"
trap 'cp -p "$kept" "$state"; rm -f "$kept"' EXIT
# scenarios stands on the two libraries, so all three come along; vitest, a peer of one of them, need not.
npx --yes pnpm@10 --filter @nodelocal/scenarios deploy --prod --legacy \
  --config.auto-install-peers=false --config.resolve-peers-from-workspace-root=false "$context"
echo "$context"
