import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { rooms, type Room } from '../rooms.ts';

const root = dirname(import.meta.dirname);
const source = join(root, 'src');

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => name.replaceAll('\\', '/'))
  .toSorted();

function isTest(file: string): boolean {
  return /\.(test|contract)\.ts$/.test(file);
}

/** Comments and the insides of template and string literals could hold the word import; only statements count. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'/gm)) {
    found.push({ file, specifier: match[2] as string, typeOnly: match[1] !== undefined, lazy: false });
  }
  for (const match of text.matchAll(/^\s*import\s+'([^']+)'/gm)) {
    found.push({ file, specifier: match[1] as string, typeOnly: false, lazy: false });
  }
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'/g)) {
    found.push({ file, specifier: match[1] as string, typeOnly: false, lazy: true });
  }
  return found;
}

function roomOf(file: string): Room | undefined {
  return rooms
    .filter(room => file.startsWith(`${room.path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

function allows(room: Room, other: Room): boolean {
  return room.mayImport.some(
    name => name === other.path || (name.endsWith('/*') && other.path.startsWith(name.slice(0, -1))),
  );
}

function targetOf({ file, specifier }: Import): string {
  return relative(source, join(source, dirname(file), specifier)).replaceAll('\\', '/');
}

const allImports = files.flatMap(importsOf);

test('every source file stands in a room, and every room has files', () => {
  assert.deepEqual(
    files.filter(file => roomOf(file) === undefined),
    [],
  );
  assert.deepEqual(
    rooms.filter(room => !files.some(file => roomOf(file) === room)).map(room => room.path),
    [],
  );
});

test('rooms import only what they may, and only through a door', () => {
  const wrong: string[] = [];
  for (const one of allImports.filter(({ file, specifier }) => !isTest(file) && specifier.startsWith('.'))) {
    const from = roomOf(one.file);
    const target = targetOf(one);
    const to = roomOf(target);
    if (from === undefined || to === undefined || from === to) continue;
    if (!allows(from, to)) wrong.push(`${one.file} imports ${target}: ${from.path} may not use ${to.path}`);
    else if (target !== `${to.path}/index.ts`)
      wrong.push(`${one.file} imports ${target} past the door of ${to.path}`);
  }
  assert.deepEqual(wrong, []);
});

test('npm packages and built-in modules are those of the room', () => {
  const wrong: string[] = [];
  for (const { file, specifier } of allImports.filter(
    one => !isTest(one.file) && !one.specifier.startsWith('.'),
  )) {
    const room = roomOf(file);
    const allowed = specifier.startsWith('node:')
      ? room?.node?.includes(specifier.slice(5))
      : !builtinModules.includes(specifier) && room?.npm?.includes(specifier);
    if (allowed !== true) wrong.push(`${file} imports ${specifier}`);
  }
  assert.deepEqual(wrong, []);
});

test('no file imports itself through others', () => {
  const graph = new Map<string, string[]>();
  for (const one of allImports.filter(
    ({ specifier, typeOnly, lazy }) => specifier.startsWith('.') && !typeOnly && !lazy,
  )) {
    graph.set(one.file, [...(graph.get(one.file) ?? []), targetOf(one)]);
  }
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  function visit(file: string, path: readonly string[]): void {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  }
  for (const file of graph.keys()) visit(file, []);
  assert.deepEqual(cycles, []);
});

test('only app reads the environment', () => {
  const readers = files.filter(
    file => !isTest(file) && /process\.env\b/.test(readFileSync(join(source, file), 'utf8')),
  );
  assert.deepEqual(
    readers.filter(file => !file.startsWith('app/')),
    [],
  );
});

test('no file has a name that says nothing', () => {
  const vague = /(^|\/)(utils?|helpers?|common|misc|constants|types)\.ts$/;
  assert.deepEqual(
    files.filter(file => vague.test(file)),
    [],
  );
});
