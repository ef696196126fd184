import { describeRows } from './row.ts';
import { attackRows } from './rows/attacks.ts';
import { forgeryRows } from './rows/forgery.ts';

describeRows('Forged and unwanted replies', forgeryRows);
describeRows('Attacks', attackRows);
