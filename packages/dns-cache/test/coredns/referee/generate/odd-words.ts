/* What may stand where it should not: numbers, durations, names, addresses, Go's and Caddy's own signs. */

const NUMBERS = ['0', '-1', '+1', '1', '01', '1.5', '1e3', '0x10', '0b11', '1_000', '255', '256', '511', '512', '4096', '4097', '65535', '65536', '2147483647', '2147483648', '4294967295', '4294967296', '9223372036854775808', '10%', '91%', '0%'] as const;
const DURATIONS = ['0s', '1s', '30', '30s', '1m', '1.5h', '2h45m', '500ms', '-1s', '+1s', '1d', '1µs', '1us', '.5s', '1s1s', '10m1s', '100000h', '2540400h', '1 s', 's'] as const;
const NAMES = ['.', '..', '*', '*.test', 'test', 'test.', 'TEST', 'a..b', '.test', 'test..', 'xn--e1afmkfd', 'é.test', String.raw`a\.b.test`, String.raw`a\046b`, 'a_b.test', '-', '_', `${'a'.repeat(63)}.test`, `${'a'.repeat(64)}.test`, 'a.'.repeat(127), 'a.'.repeat(128), 'localhost', 'in-addr.arpa', '5.0.0.10.in-addr.arpa'] as const;
const ADDRESSES = ['127.0.0.1', '127.0.0.1:5', '127.0.0.1:0', '127.0.0.1:99999', '127.0.0.1:x', '127.0.0.01', '127.1', '::1', '[::1]', '[::1]:53', '::ffff:127.0.0.1', 'fe80::1%lo', '10.0.0.0/8', '10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/-1', '2001:db8::/32', '2001:db8::/129', '2001:db8::/31', '0.0.0.0/0', 'tls://127.0.0.1', 'tls://127.0.0.1%dns.test', 'dns://127.0.0.1:5', 'https://127.0.0.1', 'grpc://127.0.0.1', 'quic://127.0.0.1', 'DNS://127.0.0.1', 'foo://127.0.0.1', 'lo', 'nodev0', '/nonexistent', '/', '{dir}/hosts', '{dir}'] as const;
const TYPES = ['A', 'a', 'AAAA', 'ANY', '*', 'TYPE65', 'TYPE65536', 'TYPE', 'XYZ', 'SVCB', 'IN', 'CH', 'HS', 'CLASS1', 'NONE', 'NOERROR', 'NXDOMAIN', 'nxdomain', 'SERVFAIL', 'BADVERS', 'YXDOMAIN', 'success', 'denial', 'error', 'all'] as const;
const WORDS = ['on', 'off', 'set', 'clear', 'append', 'unset', 'exact', 'regex', 'stop', 'continue', 'immediate', 'verify', 'random', 'sequential', 'round_robin', 'prefer', 'net', 'type', 'stdout', 'stderr', 'fallthrough', 'warning', 'abc', 'true', 'answer', 'auto'] as const;
const SIGNS = ['""', '"a b"', '"', 'a"b', String.raw`"a\"b"`, '`a`', "'a'", '{', '}', '{}', '{ }', '(', ')', '(x)', '[a', 'a{2}', '(?P<a>.*', '.*', '^$', String.raw`\d`, '{1}', '{name}', '{>do}', '{/a/b}', '{{ .Name }}', '{{ .Nope }}', '{{', '#c', '#', ';', ',', 'a,b', '\\', '%', '$', '&', '=', '|', '\u00a0', '\u2003', 'é', '\ufeff', '\u0000', '\u200b'] as const;
const VARIABLES = ['{$ODD_ZONE}', '{%ODD_ZONE%}', '{$ODD_WORDS}', '{$ODD_EMPTY}', '{$ODD_NONE}', '{$ODD_NUMBER}', '{$}', '{%%}', '{$ODD_ZONE', '{%ODD_ZONE}', 'a{$ODD_NUMBER}b', '"{$ODD_WORDS}"', '{$ODD_BRACE}', '{$ODD_NONE:x}'] as const;

export const ODD_WORDS: readonly string[] = [...NUMBERS, ...DURATIONS, ...NAMES, ...ADDRESSES, ...TYPES, ...WORDS, ...SIGNS, ...VARIABLES];

/** What both servers find in their environment, and nothing else. */
export const ODD_ENVIRONMENT: Readonly<Record<string, string>> = { ODD_ZONE: 'odd.test', ODD_WORDS: 'a b', ODD_EMPTY: '', ODD_NUMBER: '7', ODD_BRACE: '{' };

/** Keys of blocks; `{port}` is one that is free. */
export const ODD_KEYS = [
  '.', '.:{port}', 'test', 'test:{port}', 'TEST:{port}', 'test.:{port}', '.:0', '.:65535', '.:65536', '.:-1', '.:x', '.:', ':{port}', ':', '*', '*:{port}', '*.test:{port}', 'dns://.:{port}', 'dns://test', 'dns://', 'DNS://.:{port}',
  'tls://.:{port}', 'tls://test', 'grpc://.:{port}', 'https://.:{port}', 'https3://.:{port}', 'quic://.:{port}', 'foo://.:{port}', 'http://.:{port}', '10.0.0.0/8:{port}', '10.0.0.0/9', '10.0.0.0/12:{port}', '10.0.0.5/24', '10.0.0.0/32:{port}', '10.0.0.0/33',
  '10.0.0.0/0', '2001:db8::/32:{port}', '2001:db8::/33', '2001:db8::/129', '2001:db8::1/128', '::/0', '::1', '[::1]:{port}', '127.0.0.1:{port}', 'a..b:{port}', '.test:{port}', 'é.test:{port}', `${'a'.repeat(64)}:{port}`, 'a b', '"a b":{port}',
  '"test:{port}"', 'test,other', 'test, other', 'test,', ',test', 'test:{port}:{port}', 'test:{port}/x', 'test/x:{port}', '{$ODD_ZONE}:{port}', '{$ODD_NONE}:{port}', '{%ODD_ZONE%}', '.:{$ODD_NUMBER}{port}', '{$ODD_WORDS}', '(s1)', '(s1) .', '()', '(', 'test.#c', 'unix:///tmp/x', 'localhost:{port}', '0.0.0.0:{port}', String.raw`a\.b:{port}`,
] as const;
