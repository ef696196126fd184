import { describe, expect, it } from 'vitest';
import { execute } from '../../src/plugins/template/language/evaluate.ts';
import { FUNCTION_NAMES } from '../../src/plugins/template/language/functions.ts';
import { parseTemplate } from '../../src/plugins/template/language/parser.ts';
import { TemplateSyntaxError } from '../../src/plugins/template/language/syntax.ts';
import { nodesText } from '../../src/plugins/template/language/text.ts';
import type { Value } from '../../src/plugins/template/language/value.ts';

const data: Value = {
  kind: 'struct',
  type: '*template.templateData',
  text: undefined,
  fields: new Map<string, Value>([
    ['Name', 'www.example.'],
    ['Match', ['whole', 'b', 'c']],
    ['Group', new Map([['a', '10'], ['b', 'ff']])],
    ['Empty', []],
    ['Yes', true],
    ['Number', 42n],
    ['Nil', undefined],
    ['Meta', { kind: 'method', arguments: 1, call: ([label = '']) => `<${label}>` }],
    ['Question', { kind: 'struct', type: '*dns.Question', text: ';q', fields: new Map<string, Value>([['Qtype', 1n]]) }],
  ]),
};

const run = (text: string): string => {
  const result = execute(parseTemplate(text, FUNCTION_NAMES), 'answer', data);
  return result.kind === 'text' ? result.text : result.reason;
};

describe('what a template gives, as Go’s text/template', () => {
  it.each([
    ['', ''],
    ['plain } text {', 'plain } text {'],
    ['{{ .Name }}|{{.Name}}', 'www.example.|www.example.'],
    ['a {{- .Number -}} b', 'a42b'],
    ['a {{- /* nothing */ -}} b', 'ab'],
    ['a{{/* nothing */}}b', 'ab'],
    ['{{ .Group.a }}.{{ .Question.Qtype }}.{{ .Question }}', '10.1.;q'],
    ['{{ .Group.none }}', '<no value>'],
    ['{{ index .Group "none" }}!', '!'],
    ['{{ .Nil }}', '<no value>'],
    ['{{ .Match }} {{ .Group }} {{ .Yes }}', '[whole b c] map[a:10 b:ff] true'],
    ['{{ index .Match 1 }}{{ index .Group "b" }}{{ index "AB" 1 }}', 'bff66'],
    ['{{ (index .Match 0) | len }}', '5'],
    ['{{ len .Match }} {{ len .Group }} {{ len "é" }}', '3 2 2'],
    ['{{ slice .Match 1 }} {{ slice .Name 0 3 }}', '[b c] www'],
    ['{{ .Meta "view/name" }} {{ "x" | .Meta }}', '<view/name> <x>'],
    ['{{ if .Yes }}a{{ else }}b{{ end }}', 'a'],
    ['{{ if not .Yes }}a{{ else if eq .Number 42 }}b{{ else }}c{{ end }}', 'b'],
    ['{{ if .Empty }}a{{ end }}{{ if .Nil }}b{{ end }}{{ if 0 }}c{{ end }}{{ if "" }}d{{ end }}', ''],
    ['{{ with .Group }}{{ .a }}{{ $.Name }}{{ else }}b{{ end }}', '10www.example.'],
    ['{{ with .Nil }}a{{ else with .Number }}{{ . }}{{ end }}', '42'],
    ['{{ range .Match }}<{{ . }}>{{ end }}', '<whole><b><c>'],
    ['{{ range $i, $x := .Match }}{{ $i }}{{ $x }}{{ end }}', '0whole1b2c'],
    ['{{ range $k, $v := .Group }}{{ $k }}={{ $v }};{{ end }}', 'a=10;b=ff;'],
    ['{{ range .Empty }}a{{ else }}none{{ end }}', 'none'],
    ['{{ range $x := .Empty }}a{{ else }}{{ $x }}{{ end }}', '[]'],
    ['{{ range 3 }}{{ . }}{{ end }}', '012'],
    ['{{ range .Match }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ if eq . "c" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'whole'],
    ['{{ $x := 1 }}{{ if .Yes }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['{{ $x := 1 }}{{ if .Yes }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
    ['{{ eq .Number 1 42 }} {{ eq "a" "b" }} {{ ne 1 2 }} {{ eq nil .Nil }}', 'true false true true'],
    ['{{ lt 1 2 }}{{ le 2 2 }}{{ gt "b" "a" }}{{ ge 1.5 2.5 }}', 'truetruetruefalse'],
    ['{{ and .Yes 0 (index .Match 9) }} {{ or 0 "x" (index .Match 9) }} {{ and 1 2 }} {{ or 0 "" }}!', '0 x 2 !'],
    ['{{ not .Empty }}', 'true'],
    ['{{ print 1 2 "a" 3 4 }} {{ println 1 "a" }}', '1 2a3 4 1 a\n'],
    ['{{ printf "%s-%d-%v-%q" "a" 1 true "b" }}', 'a-1-true-"b"'],
    ['{{ printf "%03d|%-4s|%4s|%x|%X|%#x|%o|%b|%c|%5.1f|%t|%%|%U" 7 "a" "b" 255 "hi" 255 8 5 65 1.25 true 0x2318 }}', '007|a   |   b|ff|6869|0xff|10|101|A|  1.3|true|%|U+2318'],
    ['{{ printf "%d %s" "a" }} {{ printf "a" 1 }}', '%!d(string=a) %!s(MISSING) a%!(EXTRA int=1)'],
    ['{{ parseInt .Group.b 16 8 }} {{ parseInt "0x1F" 0 64 }} {{ parseInt "18446744073709551615" 10 0 }}', '255 31 18446744073709551615'],
    ['{{ .Group.b | printf "%s%s" "x" }}', 'xff'],
    ['{{ `raw "x"` }}{{ \'A\' }}{{ "\\x41\\u00e9\\t\\"" }}{{ 1_000 }} {{ -5 }} {{ 0b11 }} {{ 1e3 }}', 'raw "x"65Aé\t"1000 -5 3 1000'],
    ['{{ (print "a" "b") }}{{ (.Question).Qtype }}', 'ab1'],
    ['{{ $ := .Name }}{{ $ }}', 'www.example.'],
  ])('%j', (text, expected) => {
    expect(run(text)).toBe(expected);
  });
});

describe('what fails when it is filled in', () => {
  it.each([
    // CoreDNS’s TestHandler has this one, position and all.
    ['{{ .Name }} 60 IN TXT "{{ index .Match 2 3 }}"', '1:26: executing "answer" at <index .Match 2 3>: error calling index: index out of range: 3'],
    ['{{ .Name }} 60 IN TXT "{{ index .Match 7 }}"', '1:26: executing "answer" at <index .Match 7>: error calling index: index out of range: 7'],
    ['\n{{ .Grup.d }}', '2:8: executing "answer" at <.Grup.d>: can\'t evaluate field Grup in type *template.templateData'],
    ['{{ .Name.x }}', '1:8: executing "answer" at <.Name.x>: can\'t evaluate field x in type string'],
    ['{{ .Nil.x }}', '1:7: executing "answer" at <.Nil.x>: nil data; no entry for key "x"'],
    ['{{ .Name "x" }}', '1:3: executing "answer" at <.Name>: Name is not a method but has arguments'],
    ['{{ .Meta }}', '1:3: executing "answer" at <.Meta>: wrong number of args: want 1 got 0'],
    ['{{ .Meta 1 }}', '1:3: executing "answer" at <.Meta 1>: wrong type for value; expected string; got int'],
    ['{{ "a" "b" }}', '1:3: executing "answer" at <"a">: can\'t give argument to non-function "a"'],
    ['{{ eq 1 }}', '1:3: executing "answer" at <eq 1>: wrong number of args for eq: want at least 2 got 1'],
    ['{{ eq 1 "a" }}', 'error calling eq: incompatible types for comparison'],
    ['{{ lt .Match 1 }}', 'error calling lt: invalid type for comparison'],
    ['{{ len 3 }}', 'error calling len: len of type int'],
    ['{{ index .Nil 1 }}', 'error calling index: index of untyped nil'],
    ['{{ index .Match "a" }}', 'error calling index: cannot index slice/array with type string'],
    ['{{ parseInt "xyz" 10 8 }}', 'error calling parseInt: strconv.ParseUint: parsing "xyz": invalid syntax'],
    ['{{ parseInt "256" 10 8 }}', 'error calling parseInt: strconv.ParseUint: parsing "256": value out of range'],
    ['{{ range .Name }}{{ end }}', 'range can\'t iterate over www.example.'],
    ['{{ . }}', "can't print . of type *template.templateData"],
  ])('%j', (text, expected) => {
    expect(run(text)).toMatch(/^template: answer:/);
    expect(run(text)).toContain(expected);
  });
});

describe('what is no template', () => {
  it.each([
    ['{{', 0, 'unclosed action'],
    ['{{ }}', 0, 'missing value for command'],
    ['a {{ .Name', 2, 'unclosed action'],
    ['{{ nope .Name }}', 3, 'function "nope" not defined'],
    ['{{ $x }}', 3, 'undefined variable "$x"'],
    ['{{ $x = 1 }}', 3, 'undefined variable "$x"'],
    ['{{ if .Yes }}{{ $x := 1 }}{{ end }}{{ $x }}', 38, 'undefined variable "$x"'],
    ['{{ if .Yes }}', 13, 'unexpected EOF'],
    ['{{ if }}{{ end }}', 6, 'missing value for command'],
    ['{{ end }}', 0, 'unexpected {{end}}'],
    ['{{ else }}', 0, 'unexpected {{else}}'],
    ['{{ if 1 }}{{ else }}{{ else }}{{ end }}', 20, 'more than one {{else}}'],
    ['{{ range 1 }}{{ else if 1 }}{{ end }}', 21, "unexpected 'if' in else"],
    ['{{ break }}', 3, '{{break}} outside {{range}}'],
    ['{{ "a }}', 3, 'unterminated quoted string'],
    ['{{ .Name | }}', 11, 'missing value for command'],
    ['{{ .Name | 3 }}', 11, 'non executable command in pipeline stage 2'],
    ['{{ (.Name }}', 3, 'unclosed left paren'],
    ['{{ .Name ) }}', 9, "unexpected ')' in command"],
    ['{{ .Name; }}', 8, "unexpected ';' in action"],
    ['{{ "a""b" }}', 6, `unexpected '"b"' in operand`],
    ['{{ template "x" }}', 3, '{{template}} is not built'],
    ['{{/* open', 2, "unexpected '/' in action"],
  ])('%j', (text, at, reason) => {
    const parse = (): unknown => parseTemplate(text, FUNCTION_NAMES);
    expect(parse).toThrow(TemplateSyntaxError);
    expect(parse).toThrow(reason);
    expect(parse).toThrow(expect.objectContaining({ at }));
  });
});

it('a template is printed as Go prints it', () => {
  const text = 'a{{  if eq .Name  "b" }} {{ $x := index .Match 1 | print }}{{- else }}{{ range $i, $y := (slice .Match 1).a }}{{ break }}{{ end }}{{ end }}';
  expect(nodesText(parseTemplate(text, FUNCTION_NAMES).nodes)).toBe(
    'a{{if eq .Name "b"}} {{$x := index .Match 1 | print}}{{else}}{{range $i, $y := (slice .Match 1).a}}{{break}}{{end}}{{end}}',
  );
});
