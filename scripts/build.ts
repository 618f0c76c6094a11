/**
 * Builds `dist/`, what is published: type stripping does not work below `node_modules`. The modules are bundled, since finding
 * and compiling two hundred files is half of a start; what is imported lazily stays in chunks of its own.
 */
import { rmSync } from 'node:fs';
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
  logLevel: 'warning',
});
process.stderr.write(
  `dist: ${Object.keys(metafile.inputs).length} modules in ${Object.keys(metafile.outputs).length} files\n`,
);
