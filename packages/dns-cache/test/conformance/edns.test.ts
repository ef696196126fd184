import { describeRows } from './row.ts';
import { ednsRows } from './rows/edns.ts';
import { sizeRows } from './rows/sizes.ts';

describeRows('EDNS', ednsRows);
describeRows('Sizes and truncation', sizeRows);
