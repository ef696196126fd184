import { describeSection } from './row.ts';
import { sections } from './rows/index.ts';

describeSection(sections.attacks);
