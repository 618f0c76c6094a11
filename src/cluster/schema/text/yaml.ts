import type { Alias, Document, LineCounter, Node, Pair, Scalar, ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
import { yamlEngine } from '../engines.ts';
import { isFields, setField, type Fields } from '../walk.ts';
import { DecodeError, maxDepth, parseJson, type Parsed } from './json.ts';
import { goMessage, goSyntax } from './yamlfaults.ts';
import { folded } from './yamlfolding.ts';
import { isPlain, resolvePlain } from './yamlscalars.ts';

/**
 * Decodes the first document of a YAML 1.1 text to JSON as `sigs.k8s.io/yaml` does: `yes`, `n`, `0x1F` and their like are what
 * YAML 1.1 takes them for, keys become strings, merge keys are merged.
 * @throws DecodeError with the message of Go's YAML library (`yaml: line 4: …`).
 */
export function parseYaml(body: Uint8Array | string): Parsed {
  return parseQuick(body) ?? new YamlReader(textOf(body)).read();
}

/** A text of which reading takes little time whatever its length; undefined: another one. */
export function parseQuick(body: Uint8Array | string): Parsed | undefined {
  return asJson(textOf(body));
}

function textOf(body: Uint8Array | string): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length).toString();
}

/** What is JSON is read as JSON, which is far quicker; kubectl's apply patches are. Repeated keys need YAML's own words. */
function asJson(text: string): Parsed | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const parsed = parseJson(text);
    return parsed.strict.length === 0 ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * JSON as YAML, keys in alphabetical order, quoted as `sigs.k8s.io/yaml` quotes: double what would be read as something else than
 * a string, single what cannot stand plain, and a block for what has lines.
 */
export function stringifyYaml(value: unknown): string {
  const { Document: YamlDocument, visit } = yamlEngine();
  const document = new YamlDocument(value, {
    version: '1.1',
    // No tag tests texts: which of them are quoted is decided below.
    schema: 'failsafe',
    customTags: tags => [...tags, ...plainTags],
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string') node.type = styleOf(node.value);
    },
  });
  const written = document.toString({
    indentSeq: false,
    lineWidth: 0,
    singleQuote: true,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
  return folded(written, text => styleOf(text) === 'PLAIN');
}

const plainTags = [plainTag('null'), plainTag('bool'), plainTag('float')];

function plainTag(name: 'null' | 'bool' | 'float'): ScalarTag {
  const types = { null: 'object', bool: 'boolean', float: 'number' };
  return {
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    identify: (value: unknown) => (name === 'null' ? value === null : typeof value === types[name]),
    resolve: text => text,
    stringify: ({ value }) => String(value),
  };
}

/** What YAML 1.1 knows beside the words and numbers that are read as such: times, numbers of base 60, merge and default keys. */
const otherwise = /^(\d{4}-\d\d?-\d\d?([Tt ].*)?|[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?|<<)$/;
/** Characters that are escaped, and spaces before the end of a line, which a block would lose to the eye. */
const special =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000B-\u001F\u007F-\u0084\u0086-\u009F\uFEFF\uFFFE\uFFFF]|[\uD800-\uDFFF]| (\n|$)/;

function styleOf(text: string): Scalar.Type {
  if (text.includes('\n')) return special.test(text) ? 'QUOTE_DOUBLE' : 'BLOCK_LITERAL';
  if (!isPlain(text) || otherwise.test(text)) return 'QUOTE_DOUBLE';
  return special.test(text.trimEnd()) ? 'QUOTE_DOUBLE' : 'PLAIN';
}

/** Characters that aliases may repeat: more than the largest object that is kept has. */
const longestAliased = 8 * 1024 * 1024;

/** Turns a parsed document into JSON, counting what aliases multiply. */
class YamlReader {
  readonly #lines = new (yamlEngine().LineCounter)();
  readonly #document: Document.Parsed;
  readonly #repeated: string[] = [];
  /** What has been named so far. */
  readonly #anchors = new Map<string, Node>();
  /** What each alias stands for: of what has one name, that which was last when it was met. */
  readonly #targets = new Map<Alias, Node>();
  /** The aliases that are being followed. */
  readonly #followed = new Set<Alias>();
  #visited = 0;
  #aliased = 0;
  #length = 0;

  constructor(text: string) {
    this.#document = documentOf(text, this.#lines);
  }

  read(): Parsed {
    const value = this.#value(this.#document.contents, 0);
    const lines = [...new Set(this.#repeated)].map(line => `\n  ${line}`).join('');
    return { value, strict: lines === '' ? [] : [`yaml: unmarshal errors:${lines}`] };
  }

  #value(node: Node | null | undefined, depth: number): unknown {
    this.#count(depth);
    if (node === null || node === undefined) return null;
    if (yamlEngine().isAlias(node)) return this.#alias(node, depth);
    if (node.anchor !== undefined && this.#followed.size === 0) this.#anchors.set(node.anchor, node);
    if (yamlEngine().isScalar(node)) return this.#scalar(node);
    if (yamlEngine().isMap(node)) return this.#map(node, depth);
    return (node as YAMLSeq<Node>).items.map(item => this.#value(item, depth + 1));
  }

  #scalar(node: Scalar): unknown {
    const value = scalarOf(node);
    if (this.#followed.size > 0 && typeof value === 'string') {
      this.#length += value.length;
      if (this.#length > longestAliased) throw excessive();
    }
    return value;
  }

  #alias(alias: Alias, depth: number): unknown {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source);
    if (target === undefined) throw new DecodeError(`yaml: unknown anchor '${alias.source}' referenced`);
    if (this.#followed.has(alias)) {
      throw new DecodeError(`yaml: anchor '${alias.source}' value contains itself`);
    }
    this.#targets.set(alias, target);
    this.#followed.add(alias);
    const value = this.#value(target, depth + 1);
    this.#followed.delete(alias);
    return value;
  }

  /** Go's bound against documents that grow by aliases: the more there is, the smaller a part may come from them. */
  #count(depth: number): void {
    if (depth > maxDepth) throw new DecodeError(`yaml: exceeded max depth of ${maxDepth}`);
    this.#visited += 1;
    if (this.#followed.size > 0) this.#aliased += 1;
    if (this.#visited <= 1000 || this.#aliased <= 100) return;
    const share = Math.min(0.99, Math.max(0.1, 0.99 - (0.89 * (this.#visited - 400_000)) / 3_600_000));
    if (this.#aliased / this.#visited > share) throw excessive();
  }

  #map(map: YAMLMap, depth: number): Fields {
    const result: Fields = {};
    const seen = new Set<unknown>();
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      if (isMergeKey(pair.key)) {
        this.#merge(pair, depth, { result, seen });
        continue;
      }
      const key = this.#value(pair.key, depth + 1);
      const value = this.#value(pair.value, depth + 1);
      this.#set({ result, seen }, pair.key, key, value);
    }
    return result;
  }

  /** What is merged counts as written in its place: what comes later wins, and is told as a repetition. */
  #merge(pair: Pair<Node, Node | null>, depth: number, into: Filling): void {
    const value = this.#value(pair.value, depth + 1);
    const values: unknown[] = Array.isArray(value) ? value.toReversed() : [value];
    for (const fields of values) {
      if (!isFields(fields))
        throw new DecodeError('yaml: map merge requires map or sequence of maps as the value');
      for (const key of Object.keys(fields)) this.#set(into, pair.key, key, fields[key]);
    }
  }

  #set({ result, seen }: Filling, node: Node, key: unknown, value: unknown): void {
    if (key === null) {
      const shown = goSyntax(value);
      throw new DecodeError(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${shown}`);
    }
    if (typeof key === 'object') throw new DecodeError(`yaml: invalid map key: ${goSyntax(key)}`);
    if (seen.has(key)) this.#repeat(node, key);
    seen.add(key);
    setField(result, `${key as string | number | boolean}`, value);
  }

  #repeat(node: Node, key: unknown): void {
    const at = this.#lines.linePos(node.range?.[0] ?? 0).line;
    this.#repeated.push(`line ${at}: key ${goSyntax(key)} already set in map`);
  }
}

/** A map that is being made. */
interface Filling {
  readonly result: Fields;
  /** Keys as YAML takes them: 1 and "1" are two. */
  readonly seen: Set<unknown>;
}

function excessive(): DecodeError {
  return new DecodeError('yaml: document contains excessive aliasing');
}

function isMergeKey(node: Node | null): boolean {
  return yamlEngine().isScalar(node) && node.type === 'PLAIN' && node.source === '<<';
}

function scalarOf(node: Scalar): unknown {
  const value = typeof node.value === 'string' ? node.value : '';
  const text = node.source ?? value;
  if (node.tag === undefined) return node.type === 'PLAIN' ? resolvePlain(text, undefined) : value;
  return resolvePlain(node.type === 'PLAIN' ? text : value, node.tag);
}

/** Go's own bound. Deeper texts take the parser quadratic time. */
const deepestFlow = 10_000;

/** How deep brackets stand in a text, those in quotes included: more than there are at worst. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if ((code === 93 || code === 125) && depth > 0) depth -= 1;
  }
  return deepest;
}

function documentOf(text: string, lineCounter: LineCounter): Document.Parsed {
  if (flowDepth(text) > deepestFlow) throw new DecodeError(`yaml: exceeded max depth of ${deepestFlow}`);
  let document: Document.Parsed;
  try {
    document = yamlEngine().parseDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      uniqueKeys: false,
      merge: false,
      logLevel: 'silent',
      prettyErrors: false,
      lineCounter,
    });
  } catch (error) {
    // The parser is recursive; what is too deep for it is too deep for us.
    if (error instanceof RangeError) throw new DecodeError(`yaml: exceeded max depth of ${maxDepth}`);
    throw error;
  }
  const faults = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
  if (faults.length > 0) throw new DecodeError(goMessage(faults, text, lineCounter));
  if (document.warnings.some(({ message }) => message.startsWith('Unsupported YAML version'))) {
    throw new DecodeError('yaml: found incompatible YAML document');
  }
  return document;
}
