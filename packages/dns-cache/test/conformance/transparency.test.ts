import { describeRows } from './row.ts';
import { transparencyRows } from './rows/transparency.ts';

describeRows('What a proxy leaves alone', transparencyRows);
