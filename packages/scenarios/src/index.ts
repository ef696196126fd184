export const placeholder = 'scenarios';
