import type { SearchValue } from './setup.ts';

export const describe = ({ cluster, domains, ndots }: SearchValue): readonly string[] => {
  const others = domains.map((domain) => (domain.kind === 'file' ? `those of ${domain.path}` : domain.zone.text));
  return [`search behind NAMESPACE.svc.${cluster.text}: svc.${cluster.text} ${[cluster.text, ...others].join(' ')} . for names of less than ${ndots} dots`];
};
