import { arrayOf, textListOf, type Site } from '../kernel.ts';
import { stripAscii, stripUnicode } from './accents.ts';
import { CharacterSet, collapseSpaces, splitSpaces, unitsOf } from './characters.ts';
import { TokenMachine } from './machine.ts';
import { characterItems } from '../../../plan/index.ts';

/** Cuts a text into terms and hands each of them on. */
export type Analyze = (text: string, take: (term: string) => void) => void;

type Prepare = (text: string) => string;

const accents: Readonly<Record<string, Prepare>> = {
  keep: text => text,
  ascii: stripAscii,
  unicode: text => stripUnicode(text, true),
  unicodeComposed: text => stripUnicode(text, false),
};

function setsOf(site: Site): readonly CharacterSet[] {
  const items = arrayOf(site, 'setItems', 'i32');
  const starts = arrayOf(site, 'setStarts', 'i32');
  return Array.from(
    { length: starts.length - 1 },
    (_, set) =>
      new CharacterSet(items.subarray((starts[set] as number) * 3, (starts[set + 1] as number) * 3)),
  );
}

/** All longest runs of characters of a set that have at least `least`. */
function runs(set: CharacterSet, least: number): Analyze {
  return (text, take) => {
    let start = 0;
    let length = 0;
    for (let at = 0; at < text.length;) {
      const code = text.codePointAt(at) as number;
      if (set.has(code)) {
        if (length++ === 0) start = at;
      } else {
        if (length >= least) take(text.slice(start, at));
        length = 0;
      }
      at += unitsOf(code);
    }
    if (length >= least) take(text.slice(start));
  };
}

function tokenizer(site: Site): Analyze {
  const sets = setsOf(site);
  if (site.node.attributes['analyzer'] === 'runs')
    return runs(sets[0] as CharacterSet, site.node.attributes['leastRun'] as number);
  const words = new CharacterSet(Int32Array.of(characterItems.word, 0, 0));
  const machine = new TokenMachine(arrayOf(site, 'program', 'i32'), sets, words);
  return (text, take) => machine.findAll(text, take);
}

/** Neighbouring tokens with spaces between them, `least` to `most` of them. */
function wordGrams(site: Site, least: number, most: number): Analyze {
  const tokenize = tokenizer(site);
  const stops = new Set(site.node.arrays['stops'] === undefined ? [] : textListOf(site, 'stops'));
  if (most === 1)
    return (text, take) =>
      tokenize(text, token => {
        if (!stops.has(token)) take(token);
      });
  return (text, take) => {
    const tokens: string[] = [];
    tokenize(text, token => {
      if (!stops.has(token)) tokens.push(token);
    });
    for (let start = 0; start < tokens.length; start++) {
      let gram = '';
      for (let size = 1; size <= most && start + size <= tokens.length; size++) {
        gram = size === 1 ? (tokens[start] as string) : `${gram} ${tokens[start + size - 1] as string}`;
        if (size >= least) take(gram);
      }
    }
  };
}

/** Places where characters begin, and the end. */
function placesOf(text: string): number[] {
  const places = [0];
  for (let at = 0; at < text.length;) {
    at += unitsOf(text.codePointAt(at) as number);
    places.push(at);
  }
  return places;
}

function charGrams(least: number, most: number): Analyze {
  return (raw, take) => {
    const text = collapseSpaces(raw);
    const places = placesOf(text);
    for (let size = least; size <= most; size++) {
      for (let start = 0; start + size < places.length; start++)
        take(text.slice(places[start], places[start + size]));
    }
  };
}

/** A word shorter than an n-gram is taken as it is, once. */
function wordCharGrams(least: number, most: number): Analyze {
  return (text, take) => {
    for (const word of splitSpaces(text)) {
      if (word === '') continue;
      const padded = ` ${word} `;
      const places = placesOf(padded);
      for (let size = least; size <= most; size++) {
        if (size >= places.length - 1) {
          take(padded);
          break;
        }
        for (let start = 0; start + size < places.length; start++)
          take(padded.slice(places[start], places[start + size]));
      }
    }
  };
}

/** `sklearn.feature_extraction.text.CountVectorizer.build_analyzer`, from the attributes of a node. */
export function analyzerOf(site: Site): Analyze {
  const { analyzer, lowercase, least, most } = site.node.attributes as {
    analyzer: string;
    lowercase: boolean;
    least: number;
    most: number;
  };
  const strip = accents[site.node.attributes['accents'] as string] as Prepare;
  const prepare: Prepare = lowercase ? text => strip(text.toLowerCase()) : strip;
  let cut: Analyze;
  if (analyzer === 'char') cut = charGrams(least, most);
  else cut = analyzer === 'char_wb' ? wordCharGrams(least, most) : wordGrams(site, least, most);
  return (text, take) => cut(prepare(text), take);
}
