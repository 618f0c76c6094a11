/**
 * Builds `dist/`, what is published: type stripping does not work below `node_modules`. The modules are bundled, since finding
 * and compiling two hundred files is half of a start; what is imported lazily stays in chunks of its own.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const root = dirname(import.meta.dirname);

rmSync(join(root, 'dist'), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  // The program, and the programs of its threads.
  entryPoints: {
    main: 'src/app/main.ts',
    worker: 'src/app/serve/worker.ts',
    thread: 'src/serve/scheduler/thread.ts',
    'thread-store': 'src/cluster/store/thread.ts',
    'thread-passwords': 'src/edge/identity/keeper/thread.ts',
  },
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  outdir: 'dist/app',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Names and messages stay readable in stack traces; size is not what a start is made of.
  minifySyntax: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  define: { DAVIT_TRANSLATION: JSON.stringify(translation()) },
  logLevel: 'warning',
});
/** Tells the sources that turn files into plans from any others: plans that are kept on disk are good for one translation. */
function translation(): string {
  const sources = globSync('src/{model,tensor}/**/*.ts', { cwd: root }).filter(
    name => !name.endsWith('.test.ts'),
  );
  const digest = createHash('sha256');
  for (const name of sources.toSorted()) digest.update(`${name}\0`).update(readFileSync(join(root, name)));
  return digest.digest('hex').slice(0, 16);
}

process.stderr.write(
  `dist: ${Object.keys(metafile.inputs).length} modules in ${Object.keys(metafile.outputs).length} files\n`,
);
