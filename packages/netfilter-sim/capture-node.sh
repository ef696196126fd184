#!/bin/sh
# Captures a node for netfilter-sim, on the node and as root: capture-node.sh FOLDER
folder=${1:?"usage: capture-node.sh FOLDER"}
mkdir -p "$folder" || exit 2
keep() { file=$folder/$1; shift; "$@" > "$file" 2> /dev/null || { rm -f "$file"; echo "not captured: $*" >&2; }; }
say() { [ -z "$1" ] || echo "$1"; }
ruled() { echo "$1" | grep -q '^-A \|^:[^ ]* DROP'; }
kind() { case $1 in *'(nf_tables)'*) echo nft ;; *) echo legacy ;; esac; }
# Of the two back ends the one in use has the longer text, as in Kubernetes' own iptables-wrapper. The
# kernel runs both: where the other one has rules too, they are kept beside it.
for name in iptables ip6tables; do
  most=$($name-save 2> /dev/null); legacy=$($name-legacy-save 2> /dev/null); nft=$($name-nft-save 2> /dev/null)
  for text in "$legacy" "$nft"; do [ ${#most} -ge ${#text} ] || most=$text; done
  keep $name-save.txt say "$most"
  [ "$(kind "$most")" = legacy ] || ! ruled "$legacy" || keep $name-legacy-save.txt say "$legacy"
  [ "$(kind "$most")" = nft ] || ! ruled "$nft" || keep $name-nft-save.txt say "$nft"
done
keep ip-addr.json ip -j addr; keep ip-link.json ip -j -d link
keep ip-route.json ip -j -N route show table all; keep ip-6-route.json ip -j -N -6 route show table all
keep ip-rule.json ip -j rule; keep ip-6-rule.json ip -j -6 rule; keep ip-maddr.json ip -j maddr
keep sysctl.txt sysctl -a; keep conntrack.txt conntrack -L -o extended; keep ss.txt ss -lntuH
keep nft-ruleset.json nft -j list ruleset; keep ipset-save.txt ipset save; keep resolv.conf cat /etc/resolv.conf
