import { join } from 'node:path';
import { storageErrors } from '../errors.ts';

/**
 * Where a file of a server or an archive goes below a folder.
 * @throws storage-name-escapes when its name would lead out of it.
 */
export function placeOf(folder: string, name: string): string {
  const parts = name.split('/');
  const bad = name === '' || name.includes('\0') || name.includes('\\') || name.startsWith('/');
  if (bad || parts.some(part => part === '..' || part === '' || part === '.')) {
    throw storageErrors.make['storage-name-escapes'](
      `found a file named ${JSON.stringify(name)}, expected a path that stays below its folder`,
    );
  }
  return join(folder, ...parts);
}

/** Which files are wanted: `STORAGE_ALLOW_PATTERNS` and `STORAGE_IGNORE_PATTERNS`, lists of shell patterns. */
export function wantedBy(
  environment: Readonly<Record<string, string | undefined>>,
): (name: string) => boolean {
  const allow = patternsIn(environment['STORAGE_ALLOW_PATTERNS']);
  const ignore = patternsIn(environment['STORAGE_IGNORE_PATTERNS']);
  return name =>
    (allow.length === 0 || allow.some(one => one.test(name))) && !ignore.some(one => one.test(name));
}

function patternsIn(text: string | undefined): RegExp[] {
  if (text === undefined || text.trim() === '') return [];
  const list = text.trim().startsWith('[') ? (JSON.parse(text) as string[]) : text.split(',');
  return list.map(one => expressionOf(one.trim())).filter(one => one !== undefined);
}

/** `*` is any text, with slashes too, as in Python's fnmatch. */
function expressionOf(pattern: string): RegExp | undefined {
  if (pattern === '') return undefined;
  const source = pattern
    .replaceAll(/[$()+.[\\\]^{|}]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

/** A URI as messages have it: one of HTTP may carry a password, or a signature in its query. */
export function withoutSecrets(identity: string): string {
  return identity.replace(/^(https?:[^?]*)\?.*$/is, '$1').replace(/^(https?:\/\/)[^/@]*@/i, '$1');
}
