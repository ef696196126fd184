/**
 * Of every kind, and quick: what is run each time. Not i03: whether the case's link or ours comes first, where the agent looks at once, is
 * chance.
 */
export const CHOICE: readonly string[] = [
  'm03', 'm05', 'm06', 'm07', 'm08', 'm11', 'm16', 'm17', 'm20', 'm23',
  'f01', 'f04', 'f05', 'f10', 'f13', 'f20', 'f22', 'f27', 'f28', 'f35', 'f36', 'f38', 'f41', 'f44', 'f45', 'f54', 'f63', 'f65',
  'f67', 'f68', 'f69', 'f71',
  'r01-legacy', 'r02-nft', 'r04-nft', 'r04-legacy', 'r07-legacy', 'r08-legacy', 'r10-nft', 'r12', 'r13', 'r14', 'r15', 'r17', 'r24', 'i04',
  't02', 't03', 't07', 't16', 't20', 't27', 't30', 't31', 't37',
  'c02', 'c08', 'c12', 'c22', 'c28', 'c48', 'c56',
  'x02', 'x04', 'x05', 'x08',
  'q01', 'q03', 'q07', 'q08', 'q21',
];
