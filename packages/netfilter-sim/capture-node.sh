#!/bin/sh
# Captures a node for netfilter-sim, on the node and as root: capture-node.sh FOLDER
case ${1-} in
  -h | --help) echo 'usage: capture-node.sh FOLDER'; exit ;;
  '' | -*) echo 'usage: capture-node.sh FOLDER' >&2; exit 2 ;;
esac
folder=$1
[ "$(id -u)" = 0 ] || { echo 'capture-node.sh: nobody but root may read the rules of a node' >&2; exit 2; }
mkdir -p "$folder" || exit 2
keep() { file=$folder/$1; shift; "$@" > "$file" 2> /dev/null || { rm -f "$file"; echo "not captured: $*" >&2; }; }
say() { [ -z "$1" ] || echo "$1"; }
ruled() { echo "$1" | grep -q '^-A \|^:[^ ]* DROP'; }
kind() { case $1 in *'(nf_tables)'*) echo nft ;; *) echo legacy ;; esac; }
# Of the two back ends the one in use has the longer text, as in Kubernetes' own iptables-wrapper. The
# kernel runs both: where the other one has rules too, they are kept beside it. No rules are something else than rules
# that could not be read.
for name in iptables ip6tables; do
  rm -f "$folder/$name-save.txt" "$folder/$name-legacy-save.txt" "$folder/$name-nft-save.txt"
  told=
  most=$($name-save 2> /dev/null) && told=yes
  legacy=$($name-legacy-save 2> /dev/null) && told=yes
  nft=$($name-nft-save 2> /dev/null) && told=yes
  [ -n "$told" ] || { echo "not captured: $name-save" >&2; continue; }
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
