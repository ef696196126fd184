/** A text without a byte order mark, its lines ended as Unix ends them: what passed through Windows has both. */
export const plainText = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
