import type { SetDimension, SetReference } from '../../shared/set-reference.ts';
import { utf8Bytes } from '../../shared/text.ts';
import type { WrittenOption } from './extension.ts';
import { refuse, valueOf } from './option-values.ts';

/** IPSET_MAXNAMELEN of include/uapi/linux/netfilter/ipset/ip_set.h, with its NUL. */
const SET_NAME_BYTES_MAX = 31;
/** IPSET_DIM_MAX. */
const DIMENSIONS_MAX = 6;

/** `NAME src,dst`: the two values of `--match-set`, `--add-set` and their kin. */
export const setReferenceValue = (option: WrittenOption): SetReference => {
  const set = valueOf(option);
  if (set === '' || utf8Bytes(set) > SET_NAME_BYTES_MAX) {
    refuse(option, `a set name of at most ${SET_NAME_BYTES_MAX} bytes`);
  }
  const dimensions = valueOf(option, 1)
    .split(',')
    // What stands behind the three letters is not looked at (parse_dirs of libxt_set.h, 1.8.9).
    .map((text): SetDimension => {
      const dimension = text.slice(0, 3);
      return dimension === 'src' || dimension === 'dst' ? dimension : refuse(option, 'a comma list of src and dst behind the name', 1);
    });
  if (dimensions.length > DIMENSIONS_MAX) refuse(option, `at most ${DIMENSIONS_MAX} of src and dst`, 1);
  return { set, dimensions };
};

export const printSetReference = ({ set, dimensions }: SetReference): string => `${set} ${dimensions.join(',')}`;
