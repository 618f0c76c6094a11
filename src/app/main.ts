/** The program. Everything but finding a command is loaded by that command. */
import { enableCompileCache } from 'node:module';

const neededNode = 24;

if (Number(process.versions.node.split('.', 1)[0]) < neededNode) {
  process.stderr.write(
    `davit: found Node.js ${process.versions.node} at ${process.execPath}, expected ${neededNode} or newer. ` +
      'Start Davit through bin/davit, which brings its own.\n',
  );
  process.exit(1);
}

enableCompileCache();
const { runMain } = await import('./program.ts');
process.exitCode = await runMain(process.argv.slice(2));
