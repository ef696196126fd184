import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';

const { scenarios } = program();

describe('lesson', () => {
  it('lists the steps, a line each', async () => {
    const { code, stdout } = await scenarios('lesson');
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.map((line) => Number(line.slice(0, 2)))).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
    expect(lines.filter((line) => !/^[ \d]\d\. [\w'].+$/.test(line))).toEqual([]);
  });

  it('prints a step: the command, its output, and what to see', async () => {
    const { code, stdout, stderr } = await scenarios('lesson', '21');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      '21. How many answers are cached',
      '',
      '$ curl -s http://127.0.0.1:9253/metrics | grep "coredns_cache_entries.*10.96.0.10"',
      'coredns_cache_entries{server="dns://10.96.0.10:53",type="denial",view="",zones="cluster.local."} 3',
      'coredns_cache_entries{server="dns://10.96.0.10:53",type="success",view="",zones="cluster.local."} 1',
      '',
      expect.stringMatching(/^ {2}\S.*\.$/),
      '',
    ]);
  });

  it('prints the same as data', async () => {
    const { stdout } = await scenarios('lesson', '14', '--mode', 'ipvs', '--json');
    const data = JSON.parse(stdout) as { readonly exhibits: readonly { readonly output: readonly string[] }[] };
    expect(data).toMatchObject({ schema: 1, number: 14, mode: 'ipvs' });
    expect(data.exhibits[0]?.output).toHaveLength(8);
    expect(JSON.parse((await scenarios('lesson', '--json')).stdout)).toHaveLength(25);
  });

  it.each([
    ['a step that there is not', ['lesson', '26'], /^scenarios: the lesson has no step "26" \(there are 1 to 25\)\n$/],
    ['something else', ['lesson', 'dns'], /^scenarios: the lesson has no step "dns" /],
    ['another mode', ['lesson', '14', '--mode', 'nftables'], /^scenarios: option '--mode <mode>' argument 'nftables' is invalid\. Allowed choices are iptables, ipvs; see scenarios lesson --help\n$/],
    ['two steps', ['lesson', '14', '15'], /^scenarios: .*too many arguments/],
  ])('ends with 2 and says why: %s', async (_, words, told) => {
    const { code, stdout, stderr } = await scenarios(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(told);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
