import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expanded, expandedDeeply } from './templates.ts';

const values = { Name: 'iris', Labels: { tier: 'gold' }, Annotations: { 'a/b': 'c' } };

test('fields of the service’s metadata are put in', () => {
  const rows = {
    '--model_name={{.Name}}': '--model_name=iris',
    '{{ .Name }}-{{- .Labels.tier -}}': 'iris-gold',
    '{{.Labels.absent}}': '<no value>',
    '{{index .Annotations "a/b"}}': 'c',
    '{{index .Annotations "x"}}': '',
    'no braces { }': 'no braces { }',
  };
  for (const [template, expected] of Object.entries(rows)) assert.equal(expanded(template, values), expected);
});

test('what no field names is refused', () => {
  for (const template of [
    '{{.Nope}}',
    '{{if .Name}}x{{end}}',
    '{{.Name.x}}',
    '{{.Labels}}',
    '{{ printf "x" }}',
    '{{.Name',
  ]) {
    assert.throws(() => expanded(template, values), Error, template);
  }
});

test('every text in a value is expanded, and nothing else', () => {
  const value = { args: ['{{.Name}}', 1, null], env: [{ value: 'x{{.Labels.tier}}' }] };
  assert.deepEqual(expandedDeeply(value, values), { args: ['iris', 1, null], env: [{ value: 'xgold' }] });
});
