import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, relative, resolve } from 'node:path';
import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { volumeSettings } from '../commands/volume.ts';
import type { Io } from '../program.ts';
import { nearest } from '../nearest.ts';
import { Complaint } from '../objects/failures.ts';
import { tableOf } from '../objects/identity/rows.ts';
import { kubeconfigFiles } from '../objects/kubeconfig.ts';
import { onCluster, type Session } from '../objects/session.ts';
import { claimsOf, folderOf, foldersOf, isMadeBy, volumeHomes } from '../objects/volumes/claims.ts';
import { copy, type Copied, type Copy, destination } from '../objects/volumes/copying.ts';
import { entriesOf, usedIn } from '../objects/volumes/listing.ts';
import { claimIn, type ClaimPath, claimPathIn, placeIn } from '../objects/volumes/places.ts';

type Settings = ValuesOf<typeof volumeSettings>;

interface Work {
  readonly session: Session;
  readonly settings: Settings;
  readonly words: readonly string[];
  /** Folders below which Davit makes volumes. */
  readonly homes: readonly string[];
}

const acts: Readonly<Record<string, (work: Work) => Promise<void>>> = { ls, cp };

/** `davit volume` */
export const volume = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(volumeSettings, given, session.io.env);
  const [what = '', ...words] = positionals;
  const act = Object.hasOwn(acts, what) ? acts[what] : undefined;
  if (act === undefined) throw unknown(what);
  const files = kubeconfigFiles({ ...settings, dataDirGiven: given.has('dataDir') }, session.io.env);
  const work = { session, settings, words, homes: volumeHomes(settings.dataDir, files) };
  await act(work).catch((error: unknown) => {
    throw plain(error);
  });
  return 0;
});

function unknown(what: string): Complaint {
  const guess = nearest(what, Object.keys(acts));
  const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
  return new Complaint(`found "${what}", expected ls or cp${hint}`);
}

/** What the file system refuses, without a stack. */
function plain(error: unknown): unknown {
  const { code, path, message } = error as NodeJS.ErrnoException;
  return code !== undefined && path !== undefined ? new Complaint(message) : error;
}

async function ls(work: Work): Promise<void> {
  const [word, ...more] = work.words;
  if (more.length > 0) throw new Complaint('davit volume ls takes one CLAIM or CLAIM:PATH at most');
  if (word === undefined) return listClaims(work);
  return listFiles(claimPathIn(word) ?? { ...claimIn(word), path: '' }, work);
}

async function listClaims({ session, settings, homes }: Work): Promise<void> {
  const { io, namespace } = session;
  const claims = await claimsOf(settings.allNamespaces ? '' : namespace, session);
  const folders = await foldersOf(session);
  const rows = await Promise.all(
    claims.map(async ({ metadata, spec, status }) => {
      const folder = folders.get(spec?.volumeName ?? '');
      const ours = folder !== undefined && (await isMadeBy(folder, homes));
      const used = ours ? await usedIn(folder).catch(() => undefined) : undefined;
      return {
        namespace: metadata.namespace ?? '',
        name: metadata.name ?? '',
        status: status?.phase ?? 'Pending',
        capacity: status?.capacity?.storage ?? '',
        files: used?.files ?? null,
        bytes: used?.bytes ?? null,
        folder: folder ?? null,
      };
    }),
  );
  if (settings.json) return io.out(`${JSON.stringify(rows, null, 2)}\n`);
  if (rows.length === 0) {
    return io.err(
      settings.allNamespaces ? 'No claims found\n' : `No claims found in ${namespace} namespace.\n`,
    );
  }
  const cells = rows.map(row => [
    ...(settings.allNamespaces ? [row.namespace] : []),
    row.name,
    row.status,
    row.capacity,
    row.files === null ? '' : `${row.files}`,
    row.bytes === null ? '' : sizeText(row.bytes),
    row.folder ?? '',
  ]);
  const head = ['NAME', 'STATUS', 'CAPACITY', 'FILES', 'USED', 'FOLDER'];
  io.out(tableOf(settings.allNamespaces ? ['NAMESPACE', ...head] : head, cells));
}

async function listFiles(at: ClaimPath, { session, settings, homes }: Work): Promise<void> {
  const named = inNamespace(at, session);
  const folder = await folderOf(named, homes, session);
  const start = await there(folder, named);
  const rows = await entriesOf(start, basename(start));
  if (settings.json) return session.io.out(`${JSON.stringify(rows, null, 2)}\n`);
  const cells = rows.map(({ name, kind, bytes, changed }) => [
    kind === 'folder' ? `${name}/` : name,
    kind === 'file' ? sizeText(bytes) : '',
    new Date(changed).toISOString().replace(/\.\d+/, ''),
  ]);
  session.io.out(tableOf(['NAME', 'SIZE', 'CHANGED'], cells));
}

function inNamespace(at: ClaimPath, { namespace }: Session): ClaimPath & { readonly namespace: string } {
  return { ...at, namespace: at.namespace ?? namespace };
}

const nameOf = ({ namespace = '', claim, path }: ClaimPath): string => `${namespace}/${claim}:${path}`;

/** Where a path in a volume is, which has to be there. */
async function there(folder: string, at: ClaimPath): Promise<string> {
  const place = await placeIn(folder, at.path, nameOf(at));
  const found = await lstat(place).catch(() => undefined);
  if (found === undefined) {
    const names = await topOf(folder);
    throw new Complaint(`there is no ${nameOf(at)}; the volume has ${names}`);
  }
  return place;
}

async function topOf(folder: string): Promise<string> {
  const names = (await entriesOf(folder, '')).map(({ name, kind }) =>
    kind === 'folder' ? `${name}/` : name,
  );
  const shown = names.slice(0, 20).join(', ');
  return names.length === 0 ? 'nothing in it' : `${shown}${names.length > 20 ? ', …' : ''}`;
}

async function cp(work: Work): Promise<void> {
  const [from, to, ...more] = work.words;
  if (from === undefined || to === undefined || more.length > 0) {
    throw new Complaint('davit volume cp needs FROM and TO: one a file or folder, one CLAIM:PATH');
  }
  const [source, target] = [claimPathIn(from), claimPathIn(to)];
  if (source === undefined && target === undefined) {
    throw new Complaint(`found no claim in "${from}" and "${to}", expected one to be [NAMESPACE/]CLAIM:PATH`);
  }
  if (source !== undefined && target !== undefined) {
    throw new Complaint(`found two claims, "${from}" and "${to}", expected one to be a path of this machine`);
  }
  if (target !== undefined) await copyIn(from, target, work);
  else if (source !== undefined) await copyOut(source, to, work);
}

async function copyIn(from: string, target: ClaimPath, { session, homes }: Work): Promise<void> {
  const named = inNamespace(target, session);
  const source = atHome(from);
  await lstat(source).catch(() => {
    throw new Complaint(`there is no ${from}`);
  });
  const folder = await folderOf(named, homes, session);
  const root = await realpath(folder);
  const base = await placeIn(root, target.path, nameOf(named));
  const to = await destination(from, basename(source), base, target.path);
  // What is there by that name may be a link.
  const place = await placeIn(root, relative(root, to), nameOf(named));
  const copied = await withProgress({ from: source, within: undefined, to: place, below: root }, session.io);
  const inside = relative(root, place);
  const { namespace, claim } = named;
  told(copied, `${namespace}/${claim}:${inside}`, session.io);
  session.io.out(`storageUri: pvc://${claim}${inside === '' ? '' : `/${inside}`}\n`);
}

async function copyOut(source: ClaimPath, to: string, { session, homes }: Work): Promise<void> {
  const named = inNamespace(source, session);
  const folder = await folderOf(named, homes, session);
  const from = await there(folder, named);
  const within = await realpath(folder);
  // A volume is called after its claim.
  const name = from === within ? source.claim : basename(from);
  const target = await destination(source.path, name, atHome(to), to);
  const copied = await withProgress({ from, within, to: target }, session.io);
  told(copied, target, session.io);
}

function told({ files, bytes }: Copied, where: string, io: Io): void {
  io.out(`${files} ${files === 1 ? 'file' : 'files'}, ${sizeText(bytes)}, copied to ${where}\n`);
}

/** Copies, and tells how far it is in one line that changes, on a terminal alone. */
async function withProgress(request: Omit<Copy, 'onProgress'>, io: Io): Promise<Copied> {
  let shown = false;
  const onProgress = (done: number, all: number): void => {
    if (!io.colour) return;
    shown = true;
    io.err(`\r${sizeText(done)} of ${sizeText(all)}\u001B[K`);
  };
  try {
    return await copy({ ...request, onProgress });
  } finally {
    if (shown) io.err('\r\u001B[K');
  }
}

function atHome(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}

/** `999 B`, `1.5 MiB`. */
function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)), units.length - 1);
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[power] ?? ''}`;
}
