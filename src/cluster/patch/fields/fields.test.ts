import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../meta/index.ts';
import { compareElements, keyElement, pathText, valueElement } from './element.ts';
import { readFields, writeFields } from './wire.ts';

describe('sets of fields', () => {
  test('are written in canonical order, whatever order they are read in', () => {
    const written = {
      'f:a': {},
      'f:b': { '.': {}, 'f:c': {} },
      'k:{"n":2,"p":"TCP"}': { '.': {}, 'f:n': {} },
      'k:{"n":10,"p":"TCP"}': {},
      'v:1': {},
      'v:"x"': {},
      'v:true': {},
      'i:2': {},
      'i:10': {},
    };
    const mixed = Object.fromEntries(Object.entries(written).toReversed());
    delete mixed['k:{"n":2,"p":"TCP"}'];
    const read = readFields({ ...mixed, 'k:{"p":"TCP","n":2}': { 'f:n': {}, '.': {} } });
    assert.equal(JSON.stringify(writeFields(read)), JSON.stringify(written));
  });

  test('drop what they do not know and refuse what is malformed', () => {
    assert.deepEqual(writeFields(readFields({ 'z:new': {}, 'f:a': {} })), { 'f:a': {} });
    for (const key of ['f', 'fa', 'v:', 'k:[]', 'k:{', 'i:x']) {
      assert.throws(() => readFields({ [key]: {} }), SyntaxError, key);
    }
    assert.throws(() => readFields({ 'f:a': 1 }), SyntaxError);
    let deep: JsonObject = {};
    for (let depth = 0; depth < 1000; depth++) deep = { 'f:a': deep };
    assert.throws(() => readFields(deep), SyntaxError);
  });

  test('escape as Go does, compare as UTF-8 does, and read well in messages', () => {
    assert.equal(keyElement([['name', '<&>']]), 'k:{"name":"\\u003c\\u0026\\u003e"}');
    assert.ok(compareElements('f:\u{1F600}', 'f:\uFFFD') > 0);
    const path = [
      'f:spec',
      keyElement([
        ['port', 1],
        ['name', 'x'],
      ]),
      valueElement('a/b'),
      'i:3',
    ];
    assert.equal(pathText(path), '.spec[name="x",port=1][="a/b"][3]');
  });

  test('keys that every object has are fields like any other', () => {
    const read = readFields(JSON.parse('{"f:__proto__":{"f:constructor":{}}}') as JsonObject);
    assert.equal(JSON.stringify(writeFields(read)), '{"f:__proto__":{"f:constructor":{}}}');
  });
});
