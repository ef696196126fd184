#!/bin/sh
# Captures a node for netfilter-sim, on the node and as root: capture-node.sh FOLDER
folder=${1:?"usage: capture-node.sh FOLDER"}
mkdir -p "$folder" || exit 2
keep() { file=$folder/$1; shift; "$@" > "$file" 2> /dev/null || { rm -f "$file"; echo "not captured: $*" >&2; }; }
# Of the two back ends the one in use has the longer text, as in Kubernetes' own iptables-wrapper.
longer() { a=$("$1" 2> /dev/null); b=$("$2" 2> /dev/null); [ ${#a} -ge ${#b} ] || a=$b; [ -z "$a" ] || echo "$a"; }
for name in iptables ip6tables; do keep $name-save.txt longer $name-save $name-legacy-save; done
keep ip-addr.json ip -j addr; keep ip-link.json ip -j -d link
keep ip-route.json ip -j -N route show table all; keep ip-6-route.json ip -j -N -6 route show table all
keep ip-rule.json ip -j rule; keep ip-6-rule.json ip -j -6 rule
keep sysctl.txt sysctl -a; keep conntrack.txt conntrack -L -o extended; keep ss.txt ss -lntuH
keep nft-ruleset.json nft -j list ruleset; keep ipset-save.txt ipset save; keep resolv.conf cat /etc/resolv.conf
