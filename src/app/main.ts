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
const { printed, runMain } = await import('./program.ts');
const status = await runMain(process.argv.slice(2));
// A pipe whose reader is slow has not taken all that was printed.
await printed();
// Threads of a server that failed would keep the process.
process.exit(status);
