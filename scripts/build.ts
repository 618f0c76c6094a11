/**
 * Builds `dist/`, what is published: type stripping does not work below `node_modules`. The modules are bundled, since finding
 * and compiling two hundred files is half of a start; what is imported lazily stays in chunks of its own. Commands whose start is
 * waited for are bundled once more, each with all it may ever load in one file, whose compiled code is kept as a whole.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { inAscii } from './ascii.ts';

const root = dirname(import.meta.dirname);

const common = {
  absWorkingDir: root,
  outdir: 'dist/app',
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Names and messages stay readable in stack traces; size is not what a start is made of.
  minifySyntax: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

const translated = { DAVIT_TRANSLATION: JSON.stringify(translation()) };

rmSync(join(root, 'dist'), { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  // The program, and the programs of threads that load much of it.
  entryPoints: {
    main: 'src/app/main.ts',
    worker: 'src/app/serve/worker.ts',
    thread: 'src/serve/scheduler/thread.ts',
    'thread-yaml': 'src/cluster/schema/text/thread.ts',
  },
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
  define: translated,
});

/** Strict, as the modules are that it is made of: nothing may stand before what says so. */
const strict = '"use strict";';

/** In one file, without anything that would need the loader of modules. */
const inOneFile = {
  ...common,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  supported: { 'dynamic-import': false },
  banner: { js: `${strict}\nvar ownUrl = require('node:url').pathToFileURL(__filename).href;` },
  define: { ...translated, 'import.meta.url': 'ownUrl' },
} satisfies BuildOptions;

await buildInOneFile({
  ...inOneFile,
  entryPoints: {
    'thread-store': 'src/cluster/store/thread.ts',
    'thread-passwords': 'src/edge/identity/keeper/thread.ts',
  },
});

/** File names by command. */
const programs = await programsOf(['serve', 'up', 'gateway', 'host']);

await build({
  ...common,
  entryPoints: { main: 'src/app/published/start.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { DAVIT_PROGRAMS: JSON.stringify(programs), 'import.meta.dirname': '__dirname' },
  plugins: [
    {
      name: 'the program of many files',
      setup: bundler =>
        bundler.onResolve({ filter: /\/main\.ts$/, namespace: 'file' }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './main.js', external: true } : undefined,
        ),
    },
  ],
});

/** Makes programs of one file each, strict and in ASCII; resolves to what is told of them, by path. */
async function buildInOneFile(options: typeof inOneFile & BuildOptions): Promise<Metafile['outputs']> {
  const { metafile } = await build(options);
  for (const path of Object.keys(metafile.outputs)) {
    const file = join(root, path);
    const text = readFileSync(file, 'utf8');
    if (!text.startsWith(strict))
      throw new Error(`${path}: found ${text.slice(0, 40)}, expected ${strict} first`);
    writeFileSync(file, inAscii(text, path));
  }
  return metafile.outputs;
}

async function programsOf(commands: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const outputs = await buildInOneFile({
    ...inOneFile,
    entryPoints: Object.fromEntries(commands.map(name => [name, `src/app/published/${name}.ts`])),
    // What is in a file is told by its name, under which its compiled code is kept.
    entryNames: '[name]-[hash]',
  });
  return Object.fromEntries(
    Object.entries(outputs).map(([path, { entryPoint = '' }]) => [
      basename(entryPoint, '.ts'),
      basename(path),
    ]),
  );
}

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
