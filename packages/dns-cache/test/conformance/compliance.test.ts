import { describeRows } from './row.ts';
import { complianceRows } from './rows/compliance.ts';

describeRows('RFC 8906', complianceRows);
