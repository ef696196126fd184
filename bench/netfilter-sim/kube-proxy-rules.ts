/** kube-proxy's nat table for so many services of so many endpoints each, as `iptables-save` text. */
export const kubeProxyRules = (services: number, endpoints: number): string => {
  const declared: string[] = [];
  const dispatch: string[] = [];
  const chosen: string[] = [];
  for (let service = 0; service < services; service += 1) {
    const ip = `10.${96 + (service >> 16)}.${(service >> 8) & 255}.${service & 255}`;
    const name = `KUBE-SVC-${service.toString().padStart(16, '0')}`;
    declared.push(`:${name} - [0:0]`);
    dispatch.push(`-A KUBE-SERVICES -d ${ip}/32 -p tcp -m comment --comment "ns/svc-${service} cluster IP" -m tcp --dport 80 -j ${name}`);
    for (let endpoint = 0; endpoint < endpoints; endpoint += 1) {
      const number = service * endpoints + endpoint;
      const to = `10.${244 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
      const chain = `KUBE-SEP-${number.toString().padStart(16, '0')}`;
      const left = endpoints - endpoint;
      declared.push(`:${chain} - [0:0]`);
      chosen.push(
        `-A ${name} -m comment --comment "ns/svc-${service} -> ${to}:80"${left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : ''} -j ${chain}`,
        `-A ${chain} -s ${to}/32 -j KUBE-MARK-MASQ`,
        `-A ${chain} -p tcp -m tcp -j DNAT --to-destination ${to}:80`,
      );
    }
  }
  return [
    '*nat',
    ...['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((chain) => `:${chain} ACCEPT [0:0]`),
    ':KUBE-SERVICES - [0:0]',
    ':KUBE-MARK-MASQ - [0:0]',
    ...declared,
    '-A PREROUTING -j KUBE-SERVICES',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    ...dispatch,
    ...chosen,
    'COMMIT',
    '',
  ].join('\n');
};
