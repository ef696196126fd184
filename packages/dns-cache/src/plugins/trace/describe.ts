export const describe = (value: never): readonly string[] => value;
