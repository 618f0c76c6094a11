/** Forms of a booster that can be told apart by their first bytes. */
export type Form = 'json' | 'ubj' | 'serialised' | 'base64' | 'binary';

export function startsWith(bytes: Uint8Array, text: string): boolean {
  if (bytes.length < text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[at] !== text.charCodeAt(at)) return false;
  return true;
}

const space = new Set([0x20, 0x09, 0x0a, 0x0d]);
const brace = 0x7b;

/** Where the first character stands that is no white space, after a byte order mark. */
function firstCharacter(bytes: Uint8Array): number {
  let at = startsWith(bytes, '\u00ef\u00bb\u00bf') ? 3 : 0;
  while (space.has(bytes[at] as number)) at++;
  return at;
}

/** Where the names of objective and booster stand in the binary format, after 136 bytes of parameters. */
const namesAt = 136;

/** Parameters, and the names of an objective and a booster: nothing else looks so. */
function isHeadless(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(namesAt, namesAt + 128)).toString('latin1');
  // oxlint-disable-next-line no-control-regex -- lengths of 64 bits stand before the names
  return /^(?:[\x01-\x7f]\0{7}|\0{4}[\x01-\x7f]\0{7})[\w:.-]{1,64}(?:\x06\0{7}gbtree|\x04\0{7}dart|\x08\0{7}gblinear)/.test(
    text,
  );
}

/** What the bytes look like; undefined for none of the forms. */
export function formOf(bytes: Uint8Array): Form | undefined {
  if (startsWith(bytes, 'binf')) return 'binary';
  if (startsWith(bytes, 'bs64')) return 'base64';
  if (startsWith(bytes, 'CONFIG-offset:')) return 'serialised';
  const first = firstCharacter(bytes);
  if (bytes[first] === brace)
    return 'iUIlL'.includes(String.fromCharCode(bytes[first + 1] ?? 0)) ? 'ubj' : 'json';
  return isHeadless(bytes) ? 'binary' : undefined;
}

/** Names that stand near the start of every document: keys are sorted, and these are the only ones at the top. */
const topNames = ['learner', 'version', 'Model', 'Config'];

/**
 * A cheap look: is it a model of XGBoost? A JSON file is one when it names a gradient booster anywhere, since its keys may
 * have been written in another order.
 */
export function looksLikeBooster(bytes: Uint8Array): boolean {
  const form = formOf(bytes);
  if (form === 'json')
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"gradient_booster"');
  if (form !== 'ubj') return form !== undefined;
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  return topNames.some(name => start.includes(name));
}
